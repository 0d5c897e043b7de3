"""Alarm coverage of background functions and dead-letter queues."""

from .model import Finding, Template


def _watched(template: Template, namespace: str, metric: str, dimension: str) -> set[str]:
    """Returns the values of the dimension whose metric an alarm with an action watches."""
    found = set()
    for properties in template.of_type("AWS::CloudWatch::Alarm").values():
        alarm = template.resolve(properties)
        if not alarm.get("AlarmActions") or alarm.get("ActionsEnabled") is False:
            continue
        metrics = [alarm] + [it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it]
        for it in metrics:
            if it.get("Namespace") == namespace and it.get("MetricName") == metric:
                found |= {part["Value"] for part in it.get("Dimensions", []) if part["Name"] == dimension}
    return found


def background(template: Template) -> dict[str, str]:
    """Returns the functions that queues, streams and schedules invoke, each with its trigger."""
    functions = template.of_type("AWS::Lambda::Function")
    arns = {template.resolve({"Fn::GetAtt": [name, "Arn"]}): name for name in functions}
    found = {}
    for name, properties in template.of_type("AWS::Lambda::EventSourceMapping").items():
        found[template.target_of(properties["FunctionName"])] = name
    for name, properties in template.of_type("AWS::Events::Rule").items():
        for target in template.resolve(properties.get("Targets", [])):
            if target["Arn"] in arns:
                found[arns[target["Arn"]]] = name
    return found


def dead_letter_queues(template: Template) -> dict[str, str]:
    """Returns each dead-letter queue with the resource that uses it."""
    queues = template.of_type("AWS::SQS::Queue")
    arns = {template.resolve({"Fn::GetAtt": [name, "Arn"]}): name for name in queues}
    found = {}
    for name, properties in template.of_type("AWS::Events::Rule").items():
        for target in template.resolve(properties.get("Targets", [])):
            if "DeadLetterConfig" in target:
                found[arns[target["DeadLetterConfig"]["Arn"]]] = name
    for name, properties in queues.items():
        if "RedrivePolicy" in properties:
            found[arns[template.resolve(properties["RedrivePolicy"])["deadLetterTargetArn"]]] = name
    return found


def check(template: Template) -> list[Finding]:
    """Checks for an alarm on the errors of each background function and on each dead-letter queue."""
    found = []
    watched = _watched(template, "AWS/Lambda", "Errors", "FunctionName")
    for function, caller in background(template).items():
        if template.resolve({"Ref": function}) not in watched:
            message = f"{caller} invokes it in the background; add its Errors to an alarm with an action"
            found.append(Finding("alarm-errors", function, message))
    watched = _watched(template, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName")
    for queue, user in dead_letter_queues(template).items():
        if template.resolve({"Fn::GetAtt": [queue, "QueueName"]}) not in watched:
            message = f"{user} moves failed messages there; add an alarm on its ApproximateNumberOfMessagesVisible"
            found.append(Finding("alarm-dead-letters", queue, message))
    return found
