"""SAM templates: made into CloudFormation here, as the transform on AWS does, with origins in what the author wrote."""
