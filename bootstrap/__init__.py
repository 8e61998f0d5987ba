"""What environments share: a Pulumi project of its own, with a stack for each account."""
