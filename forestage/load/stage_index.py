"""Which stages there are, for whatever refers to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forestage.load.intake import Intake
    from forestage.model.rest import RestApi
    from forestage.model.values import Origin
    from forestage.model.websocket import Api


class StageIndex:
    """The stages of a source by API."""

    def __init__(self, rest_apis: Iterable[RestApi], apis: Iterable[Api]) -> None:
        self._stages: dict[str, frozenset[str | None]] = {}
        for rest_api in rest_apis:
            self._stages[rest_api.id] = frozenset(stage.stage_name for stage in rest_api.stages)
        for api in apis:
            self._stages[api.id] = frozenset(stage.stage_name for stage in api.stages)

    def check(self, intake: Intake, api_id: str, stage: str | None, origin: Origin) -> None:
        """Note a stage that its API does not have; an API that is elsewhere is warned of.

        None is no particular stage.
        """
        if api_id in self._stages:
            if stage is not None and stage not in self._stages[api_id]:
                known = ", ".join(sorted(name for name in self._stages[api_id] if name)) or "none"
                intake.fault(f"the API has no stage {stage!r}; its stages: {known}", origin)
        else:
            intake.warn(f"API {api_id!r} is not in this source", origin)
