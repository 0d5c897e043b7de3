//! Tests of what the template reader understands, and that it rejects the rest.

use super::*;

const REAL: &str = include_str!("../../../template.yaml");

fn choices() -> Choices {
    let parameters = [("BaseUrl", "http://localhost:9000"), ("Sender", "hello@example.com")];
    Choices {
        parameters: parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        secret: "s3cret".to_owned(),
    }
}

fn refused(text: &str) -> String {
    Template::parse(text, choices()).unwrap_err().to_string()
}

#[test]
fn the_real_template_is_understood() {
    let template = Template::parse(REAL, choices()).unwrap();
    let function = |name: &str| template.functions.iter().find(|function| function.name == name).unwrap();
    let environment = |name: &str, variable: &str| function(name).environment.get(variable).cloned().unwrap();

    assert_eq!(environment("invite-partner", "BASE_URL"), "http://localhost:9000");
    assert_eq!(environment("invite-partner", "TABLE"), "table");
    assert_eq!(environment("relay-events", "MAIL_NOW_QUEUE"), queue_url("mail-now"));
    assert_eq!(environment("send-mail", "SERVER_KEY"), "s3cret");
    assert_eq!(environment("send-mail", "MAIL_CONFIGURATION_SET"), "mail");
    assert_eq!(template.identities, ["example.com"]);
    assert_eq!(template.tables[0].expires_by.as_deref(), Some("expires_at"));

    let queue = |name: &str| template.queues.iter().find(|queue| queue.name == name).unwrap();
    assert_eq!(queue("mail-now").visibility, Duration::from_mins(1));
    assert_eq!(queue("mail-now").redrive.as_ref().unwrap().queue, "mail-now-dead");

    let rule = template.rules.iter().find(|rule| rule.targets == ["mail-news"]).unwrap();
    let event = |set: &str| {
        let tags = serde_json::json!({"ses:configuration-set": [set]});
        serde_json::json!({"source": "aws.ses", "detail-type": "Email Bounced", "detail": {"mail": {"tags": tags}}})
    };
    assert!(rule.pattern.matches(&event("mail")) && !rule.pattern.matches(&event("other")));
    assert_eq!(template.announcements[0].configuration_set, "mail");

    let sources = &function("send-mail").sources;
    assert!(sources.iter().all(|source| source.partial && source.batch_max <= 10));
    let From::Stream { table, filter, .. } = &function("relay-events").sources[0].from else { panic!("no stream") };
    assert_eq!(table, "table");
    assert!(filter.is_some());
    let From::Schedule(every) = &function("requeue-deliveries").sources[0].from else { panic!("no schedule") };
    assert_eq!(*every, Duration::from_mins(1));
}

#[test]
fn references_to_a_fifo_queue_include_its_suffix() {
    let template = Template::parse(
        r"
Resources:
  Dead: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }
  Orders:
    Type: AWS::SQS::Queue
    Properties:
      FifoQueue: true
      ContentBasedDeduplication: true
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3 }
  F:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: f } }
    Properties: { Environment: { Variables: { QUEUE: !Ref Orders, NAME: !GetAtt Orders.QueueName } } }
",
        Choices::default(),
    )
    .unwrap();
    let orders = template.queues.iter().find(|queue| queue.name == "orders.fifo").unwrap();
    assert!(orders.fifo && orders.deduplicates_by_content);
    assert_eq!(orders.redrive.as_ref().unwrap().queue, "dead.fifo");
    let environment = &template.functions[0].environment;
    assert_eq!(environment["QUEUE"], queue_url("orders.fifo"));
    assert_eq!(environment["NAME"], "orders.fifo");
}

#[test]
fn a_functions_own_settings_override_globals() {
    let template = Template::parse(REAL, choices()).unwrap();
    let timeout = |name: &str| template.functions.iter().find(|function| function.name == name).unwrap().timeout;
    assert_eq!(timeout("relay-events"), Duration::from_secs(30));
    assert_eq!(timeout("invite-partner"), Duration::from_secs(10));
}

#[test]
fn intrinsic_functions_are_evaluated() {
    let template = Template::parse(
        r#"
Resources:
  Queue: { Type: AWS::SQS::Queue }
  F:
    Type: AWS::Serverless::Function
    Metadata: { BuildProperties: { Binary: f } }
    Properties:
      Environment:
        Variables:
          JOIN: !Join ["-", [a, !Ref AWS::Region]]
          SPLIT: !Select [1, !Split ["/", "x/y"]]
          SUB: !Sub ["${own} ${Queue.QueueName} ${!literal}", { own: !Ref Queue }]
          NUMBER: 7
"#,
        Choices::default(),
    )
    .unwrap();
    let environment = &template.functions[0].environment;
    assert_eq!(environment["JOIN"], "a-us-east-1");
    assert_eq!(environment["SPLIT"], "y");
    assert_eq!(environment["SUB"], format!("{} queue ${{literal}}", queue_url("queue")));
    assert_eq!(environment["NUMBER"], "7");
}

#[test]
fn resources_exist_only_if_their_condition_holds() {
    let template = r#"
Parameters:
  Domain: { Type: String, Default: "" }
Conditions:
  HasDomain: !Not [!Equals [!Ref Domain, ""]]
  HasNone: !Not [!Condition HasDomain]
  Both: !And [!Condition HasDomain, !Condition HasNone]
  One: !Or [!Condition HasDomain, !Condition HasNone]
Resources:
  Named: { Type: AWS::SQS::Queue, Condition: HasDomain }
  Bare: { Type: AWS::SQS::Queue, Condition: HasNone }
  Never: { Type: AWS::SQS::Queue, Condition: Both }
  Always:
    Type: AWS::SQS::Queue
    Condition: One
    Properties:
      VisibilityTimeout: !If [HasDomain, 60, 30]
      DelaySeconds: !If [HasDomain, 5, !Ref AWS::NoValue]
"#;
    let queues = |domain: &str| {
        let choices = Choices { parameters: [("Domain".to_owned(), domain.to_owned())].into(), ..Choices::default() };
        let queues = Template::parse(template, choices).unwrap().queues.into_iter();
        let mut queues: Vec<_> =
            queues.map(|queue| (queue.name, queue.visibility.as_secs(), queue.delay.as_secs())).collect();
        queues.sort_unstable();
        queues
    };
    assert_eq!(queues(""), [("always".to_owned(), 30, 0), ("bare".to_owned(), 30, 0)]);
    assert_eq!(queues("example.com"), [("always".to_owned(), 60, 5), ("named".to_owned(), 30, 0)]);
}

#[test]
fn anything_unknown_is_rejected_and_named() {
    let cases = [
        ("Mappings: {}\nResources: {}", "the section Mappings is not supported"),
        ("Conditions: { A: !Condition B, B: !Condition A }", "A: B: A: the condition B names itself"),
        ("Conditions: { A: !Base64 x }", "A: the condition {\"Fn::Base64\":\"x\"} is not supported"),
        ("Parameters: { P: { Type: String } }", "the parameter P has no value"),
        (
            "Resources: { X: { Type: AWS::Nobody::Knows } }",
            "X: resources of the type AWS::Nobody::Knows are not supported",
        ),
        ("Resources: { Q: { Type: AWS::SQS::Queue, Condition: C } }", "Q: there is no condition C"),
        (
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: k } } }",
            "Q: unknown field `KmsMasterKeyId`",
        ),
        (
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { ContentBasedDeduplication: true } } }",
            "Q: ContentBasedDeduplication is only for FIFO queues",
        ),
        (
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true, DelaySeconds: 1 } } }",
            "Q: DelaySeconds of a FIFO queue is not supported",
        ),
        (
            "Resources: { D: { Type: AWS::SQS::Queue }, Q: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true, RedrivePolicy: { deadLetterTargetArn: !GetAtt D.Arn, maxReceiveCount: 3 } } } }",
            "q.fifo and d, which is for its dead letters, must both be FIFO queues or neither",
        ),
        (
            "Resources: { Q: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !Cidr [a, 1, 2] } } }",
            "Q: Fn::Cidr is not supported",
        ),
        ("Resources: { Q: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !Ref No } } }", "Q: No is referred to"),
        ("Resources: { B: { Type: AWS::S3::Bucket, Properties: { WebsiteConfiguration: {} } } }", "B: unknown field"),
        ("Resources: { F: { Type: AWS::Serverless::Function } }", "F: its Metadata names no BuildProperties.Binary"),
        (
            "Resources: { F: { Type: AWS::Serverless::Function, Metadata: { BuildProperties: { Binary: f } }, Properties: { RecursiveLoop: Never } } }",
            "F: unknown variant `Never`",
        ),
        (
            "Resources: { R: { Type: AWS::Events::Rule, Properties: { ScheduleExpression: rate(1 day), Targets: [] } } }",
            "R: unknown field `ScheduleExpression`",
        ),
        (
            "Resources: { R: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [{ cidr: x }] }, Targets: [] } } }",
            "R: the filter pattern",
        ),
        (
            "Resources: { R: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [a] }, Targets: [{ Id: t, Arn: 'arn:aws:lambda:r:a:function:f' }] } } }",
            "R: the target arn:aws:lambda:r:a:function:f is not a queue",
        ),
        (
            "Resources: { R: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [a] }, Targets: [{ Id: t, Arn: 'arn:aws:sqs:r:a:q' }] } } }",
            "r: there is no queue q",
        ),
        (
            "Resources: { R: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [a] }, Targets: [{ Id: t, Arn: a, InputPath: $ }] } } }",
            "R: unknown field `InputPath`",
        ),
        ("Globals: { Api: {} }", "Globals.Api is not supported"),
    ];
    for (text, message) in cases {
        let error = refused(text);
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn an_unknown_event_is_rejected() {
    let refused = |event: &str| {
        refused(&format!(
            "Resources: {{ F: {{ Type: AWS::Serverless::Function, Metadata: {{ BuildProperties: {{ Binary: f }} }}, \
             Properties: {{ Events: {{ E: {event} }} }} }} }}"
        ))
    };
    for schedule in
        ["cron(0 12 * * ? *)", "at(2026-11-22T13:00:00)", "rate(1 minutes)", "rate(0 minutes)", "rate(1 week)"]
    {
        let message = refused(&format!("{{ Type: Schedule, Properties: {{ Schedule: '{schedule}' }} }}"));
        assert_eq!(message, format!("F: E: the schedule {schedule} is not supported"));
    }
    assert!(
        refused("{ Type: Schedule, Properties: { Schedule: rate(1 day), Input: x } }")
            .starts_with("F: unknown field `Input`")
    );
    assert!(refused("{ Type: S3, Properties: {} }").starts_with("F: unknown variant `S3`"));
    assert!(
        refused("{ Type: HttpApi, Properties: { Method: TRACE, Path: / } }").starts_with("F: E: the route TRACE /")
    );
    assert!(
        refused("{ Type: DynamoDB, Properties: { Stream: a/t/b, StartingPosition: LATEST } }")
            .contains("unknown variant `LATEST`")
    );
}

#[test]
fn a_duplicate_route_is_rejected() {
    let event = "{ Type: HttpApi, Properties: { Method: GET, Path: /x } }";
    let text = format!(
        "Resources: {{ F: {{ Type: AWS::Serverless::Function, Metadata: {{ BuildProperties: {{ Binary: f }} }}, \
         Properties: {{ Events: {{ A: {event}, B: {event} }} }} }} }}"
    );
    assert_eq!(refused(&text), "the route GET /x comes twice");
}
