"""Checks on the SAM template that otherwise only a deployment to AWS would make."""
