"""Application Auto Scaling of ECS services: policies and schedules that move the desired count.

`decide` and `schedule` compute and touch nothing; `scaler` carries out what they decide; `tracking` gives
target tracking policies their alarms; `activities` keeps what was done.
"""
