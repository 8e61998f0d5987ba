"""CloudWatch's alarms: what their metrics' newest values make of them.

`expression` computes and touches nothing; `samples` finds the newest values among what moto keeps; `alarms`
sets states by them.
"""
