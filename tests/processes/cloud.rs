//! The emulator: what the template declares is made in it, over the same protocols that the functions speak.

use std::collections::BTreeMap;

use local::template::Template;
use serde_json::{Value, json};

/// An account in the emulator that is nobody else's, with what the template declares in it.
pub(crate) struct Cloud {
    /// Where it is reached.
    pub(crate) url: String,
    /// The address of each queue, by its name.
    pub(crate) queues: BTreeMap<String, String>,
    http: reqwest::Client,
    /// Where the stream of the table is read on.
    place: tokio::sync::Mutex<Option<String>>,
}

impl Cloud {
    /// Empties the emulator and makes everything anew.
    pub(crate) async fn rise(template: &Template) -> Self {
        let url = std::env::var("MOTO").expect("run tests/deployed, which starts the emulator first");
        let http = reqwest::Client::new();
        http.post(format!("{url}/moto-api/reset")).send().await.unwrap().error_for_status().unwrap();
        let mut cloud = Self { url, queues: BTreeMap::new(), http, place: tokio::sync::Mutex::default() };
        for table in &template.tables {
            cloud.call("dynamodb", "DynamoDB_20120810.CreateTable", &table.create).await;
        }
        for bucket in &template.buckets {
            cloud.put("s3", &format!("/{}", bucket.name), String::new()).await;
        }
        // Those that others give up to come first.
        let mut queues: Vec<_> = template.queues.iter().collect();
        queues.sort_by_key(|queue| queue.redrive.is_some());
        for queue in queues {
            let mut attributes = json!({"VisibilityTimeout": queue.visibility.as_secs().to_string()});
            if let Some(redrive) = &queue.redrive {
                let dead = format!("arn:aws:sqs:us-east-1:123456789012:{}", redrive.queue);
                let policy = json!({"deadLetterTargetArn": dead, "maxReceiveCount": redrive.receives_max});
                attributes["RedrivePolicy"] = policy.to_string().into();
            }
            let made = json!({"QueueName": queue.name, "Attributes": attributes});
            let made = cloud.call("sqs", "AmazonSQS.CreateQueue", &made).await;
            cloud.queues.insert(queue.name.clone(), made["QueueUrl"].as_str().unwrap().to_owned());
        }
        for identity in &template.identities {
            let body = json!({"EmailIdentity": identity});
            cloud.send("ses", http::Method::POST, "/v2/email/identities", None, body.to_string()).await;
        }
        cloud
    }

    /// One call of a protocol that names its operation in a header.
    pub(crate) async fn call(&self, service: &str, operation: &str, body: &Value) -> Value {
        let text = self.send(service, http::Method::POST, "/", Some(operation), body.to_string()).await;
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    async fn put(&self, service: &str, path: &str, body: String) {
        self.send(service, http::Method::PUT, path, None, body).await;
    }

    async fn send(
        &self,
        service: &str,
        method: http::Method,
        path: &str,
        operation: Option<&str>,
        body: String,
    ) -> String {
        let scope = format!("testing/20260101/us-east-1/{service}/aws4_request");
        let signed = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none");
        let mut request = self.http.request(method, format!("{}{path}", self.url)).header("authorization", signed);
        if let Some(operation) = operation {
            request = request.header("x-amz-target", operation).header("content-type", "application/x-amz-json-1.0");
        }
        let answer = request.body(body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{service} {path} {operation:?}: {status} {text}");
        text
    }

    /// What was written to the table since the last time, as its stream tells it.
    pub(crate) async fn written(&self) -> Vec<Value> {
        let of_stream = async |operation: &str, body: Value| {
            self.call("dynamodb", &format!("DynamoDBStreams_20120810.{operation}"), &body).await
        };
        let mut place = self.place.lock().await;
        if place.is_none() {
            let streams = of_stream("ListStreams", json!({"TableName": "table"})).await;
            let arn = &streams["Streams"][0]["StreamArn"];
            let stream = of_stream("DescribeStream", json!({"StreamArn": arn})).await;
            let shard = &stream["StreamDescription"]["Shards"][0]["ShardId"];
            let begin = json!({"StreamArn": arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
            *place = of_stream("GetShardIterator", begin).await["ShardIterator"].as_str().map(str::to_owned);
        }
        let got = of_stream("GetRecords", json!({"ShardIterator": *place})).await;
        *place = got["NextShardIterator"].as_str().map(str::to_owned);
        got["Records"].as_array().cloned().unwrap_or_default()
    }

    /// Takes messages off a queue, as Lambda would hand them to a function.
    pub(crate) async fn receive(&self, queue: &str, max: usize) -> Vec<Value> {
        let url = &self.queues[queue];
        let ask = json!({
            "QueueUrl": url, "MaxNumberOfMessages": max.min(10), "WaitTimeSeconds": 0,
            "MessageSystemAttributeNames": ["All"], "AttributeNames": ["All"],
        });
        let got = self.call("sqs", "AmazonSQS.ReceiveMessage", &ask).await;
        let record = |message: &Value| {
            json!({
                "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
                "attributes": message["Attributes"], "messageAttributes": {}, "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs", "eventSourceARN": format!("arn:aws:sqs:us-east-1:123456789012:{queue}"),
                "awsRegion": "us-east-1",
            })
        };
        got["Messages"].as_array().into_iter().flatten().map(record).collect()
    }

    /// Deletes what was worked on.
    pub(crate) async fn delete(&self, queue: &str, record: &Value) {
        let receipt = json!({"QueueUrl": self.queues[queue], "ReceiptHandle": record["receiptHandle"]});
        self.call("sqs", "AmazonSQS.DeleteMessage", &receipt).await;
    }

    /// Every mail that was sent: to whom, about what, and its text.
    pub(crate) async fn mails(&self) -> Vec<(String, String, String)> {
        let all = self.http.get(format!("{}/moto-api/data.json", self.url)).send().await.unwrap();
        let all: Value = all.json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let messages = all["ses"]["Message"].as_array().into_iter().flatten();
        messages.map(|mail| (mail["destinations"].to_string(), text(&mail["subject"]), text(&mail["body"]))).collect()
    }
}
