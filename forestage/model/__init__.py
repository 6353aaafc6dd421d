"""The frozen, typed description of a deployment: the one thing that preview, diff, export and deploy read.

Names are CloudFormation's, in snake case: the property ``RestApiId`` is the field ``rest_api_id``.
"""

from forestage.model.deployment import Deployment, Environment, OtherResource

__all__ = ["Deployment", "Environment", "OtherResource"]
