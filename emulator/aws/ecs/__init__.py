"""An Elastic Container Service that runs services: tasks with addresses, targets, deployments and events.

`plan` decides which tasks run, `strategy` how far a deployment has come; both touch nothing. `scheduler` and
`shifting` carry out what they decide; `breaker` and `alarms` say when a deployment has failed, `failing` in
which words. `service` and `task_run` are the state, kept in moto's ECS backend so that its tags and its reset
keep working.
"""
