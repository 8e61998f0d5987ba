"""Policy rules for Amazon ECS on Fargate, as pure functions over a neutral model of resources.

A rule knows no engine: `model` says what it reads and what it reports, `catalogue.RULES` lists the rules, and
an adapter (the Pulumi pack in the folder above) translates a program's resources into the model.
"""
