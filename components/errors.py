"""The one error for a setting that can't work."""

from ecs_policies.checks import shown


class InvalidSettingError(ValueError):
    """Which setting, its value, and what would be right; raised before anything is registered."""

    def __init__(self, setting: str, value: object, fix: str) -> None:
        super().__init__(f"{setting}: {shown(value)} {fix}")
        self.setting = setting
        self.value = value
        self.fix = fix
