"""The outputs of the web application's stack, typed, for programs that build on it (see README.md)."""

from web_application_outputs.web_application import SCHEMA, VERSION, CostItem, MonthlyCost, WebApplication

__all__ = ["SCHEMA", "VERSION", "CostItem", "MonthlyCost", "WebApplication"]
