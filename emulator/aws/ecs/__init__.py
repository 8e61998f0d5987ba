"""An Elastic Container Service that runs services: tasks with addresses, targets, deployments and events.

`plan` decides and touches nothing; `scheduler` carries out what it decides; `service` and `task_run` are
the state, kept in moto's ECS backend so that its tags and its reset keep working.
"""
