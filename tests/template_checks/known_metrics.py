"""Metrics that are known to exist, each with the page that documents it."""

from typing import NamedTuple


class Metric(NamedTuple):
    """A metric by the names of its dimensions; without any, it covers the account and region."""

    namespace: str
    name: str
    dimensions: frozenset[str]


def _metrics(namespace: str, dimensions: tuple[str, ...], names: list[str], source: str) -> dict[Metric, str]:
    return {Metric(namespace, name, frozenset(dimensions)): source for name in names}


LAMBDA = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"
SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"
API_GATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html"
DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html"
SES = "https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-cloudwatch.html"
SES_REPUTATION = "https://docs.aws.amazon.com/ses/latest/dg/configuration-sets-export-metrics.html"

KNOWN = {
    **_metrics("AWS/Lambda", ("FunctionName",), ["Duration", "Errors", "Invocations", "IteratorAge", "Throttles"], LAMBDA),
    **_metrics("AWS/Lambda", (), ["ConcurrentExecutions", "Errors", "Invocations", "Throttles"], LAMBDA),
    **_metrics(
        "AWS/SQS",
        ("QueueName",),
        [
            "ApproximateAgeOfOldestMessage",
            "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesVisible",
        ],
        SQS,
    ),
    **_metrics("AWS/ApiGateway", ("ApiId",), ["4xx", "5xx", "Count", "IntegrationLatency", "Latency"], API_GATEWAY),
    **_metrics(
        "AWS/DynamoDB",
        ("TableName",),
        ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "ReadThrottleEvents", "WriteThrottleEvents"],
        DYNAMODB,
    ),
    # By configuration set, SES publishes these only to an event destination of kind CloudWatch.
    **_metrics("AWS/SES", (), ["Bounce", "Complaint", "Delivery", "Reject", "Send"], SES),
    # ReputationMetricsEnabled of the configuration set publishes these.
    **_metrics("AWS/SES", ("ses:configuration-set",), ["Reputation.BounceRate", "Reputation.ComplaintRate"], SES_REPUTATION),
}
