"""The rules, a module for each area. `ecs_policies.catalogue` lists them all."""
