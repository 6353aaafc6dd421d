"""The fidelity table: what the preview makes of every property of every resource type it knows.

``features`` has the one line to change when a feature is built, the other modules have the rows. A test holds them
against CloudFormation's schemas; ``forestage.load.fidelity`` makes the report of a template from them.
"""

from forestage.model.fidelity.rows import ResourceRows, Row, Status
from forestage.model.fidelity.table import DOCUMENTED_ONLY, TABLE, whole_row

__all__ = ["DOCUMENTED_ONLY", "TABLE", "ResourceRows", "Row", "Status", "whole_row"]
