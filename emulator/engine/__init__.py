"""The real Pulumi engine: found, downloaded or built."""
