"""Who may deliver an environment from GitHub's workflows, and what for.

`environment` says which of an account's resources are an environment's own, `github` which jobs are trusted.
`reading`, `writing` and `boundary` are pure: the statements that the program's resources need. `roles` is the
component that makes roles of all this.
"""
