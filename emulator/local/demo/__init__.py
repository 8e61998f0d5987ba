"""`make demo`: a tour of what ECS does with the service, driven and watched as a person would.

The program runs on the real engine, in a folder and on an embedded AWS of the tour's own; everything else
goes through plain boto3.
"""
