"""The policy pack, as the engine starts it: the rules of `ecs_policies` behind the SDK's protocol."""

from ecs_policies.pack import serve

if __name__ == "__main__":
    serve()
