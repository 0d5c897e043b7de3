//! The emulator of AWS, over the same protocols that the functions use.

use std::process::Command;

use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{
    required_variable,
    stack::{Queue, Stack, Stream},
};

/// The emulator with a new stack in it.
pub(crate) struct Cloud {
    /// Its URL.
    pub(crate) url: String,
    pub(crate) stack: Stack,
    http: reqwest::Client,
    /// The iterator from which the table's stream is read next.
    iterator: Mutex<Option<String>>,
}

impl Cloud {
    /// Empties the emulator and creates the stack.
    pub(crate) fn start() -> Self {
        let url = required_variable("MOTO");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/deployed_stack.py");
        let arguments = [script, "create", &required_variable("TRANSFORMED"), &url];
        let made = Command::new(required_variable("PYTHON")).args(arguments).output().unwrap();
        assert!(made.status.success(), "the stack can't be created: {}", String::from_utf8_lossy(&made.stderr));
        let stack = serde_json::from_slice(&made.stdout).unwrap();
        Self { url, stack, http: reqwest::Client::new(), iterator: Mutex::default() }
    }

    /// Calls an operation of a service whose protocol is JSON.
    async fn call(&self, service: &str, operation: &str, body: &Value) -> Value {
        let scope = format!("testing/20260101/us-east-1/{service}/aws4_request");
        let request = self
            .http
            .post(&self.url)
            .header("authorization", format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", operation)
            .body(body.to_string());
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status.is_success(), "{operation}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// Returns what was written to the table since the last call, as records of its stream.
    pub(crate) async fn read(&self, stream: &Stream) -> Vec<Value> {
        let call = async |operation: &str, body: Value| {
            self.call("dynamodb", &format!("DynamoDBStreams_20120810.{operation}"), &body).await
        };
        let mut iterator = self.iterator.lock().await;
        if iterator.is_none() {
            let described = call("DescribeStream", json!({"StreamArn": stream.arn})).await;
            let shard = &described["StreamDescription"]["Shards"][0]["ShardId"];
            let begin = json!({"StreamArn": stream.arn, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
            *iterator = call("GetShardIterator", begin).await["ShardIterator"].as_str().map(str::to_owned);
        }
        let got = call("GetRecords", json!({"ShardIterator": *iterator})).await;
        *iterator = got["NextShardIterator"].as_str().map(str::to_owned);
        got["Records"].as_array().cloned().unwrap_or_default()
    }

    /// Receives messages of a queue, as records for a function.
    pub(crate) async fn receive(&self, queue: &Queue) -> Vec<Value> {
        let request = json!({
            "QueueUrl": queue.url, "MaxNumberOfMessages": queue.batch_size.min(10), "WaitTimeSeconds": 0,
            "MessageSystemAttributeNames": ["All"], "AttributeNames": ["All"],
        });
        let got = self.call("sqs", "AmazonSQS.ReceiveMessage", &request).await;
        let record = |message: &Value| {
            json!({
                "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
                "attributes": message["Attributes"], "messageAttributes": {}, "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs", "eventSourceARN": queue.arn, "awsRegion": "us-east-1",
            })
        };
        got["Messages"].as_array().into_iter().flatten().map(record).collect()
    }

    /// Deletes a message that was processed.
    pub(crate) async fn delete(&self, queue: &Queue, record: &Value) {
        let request = json!({"QueueUrl": queue.url, "ReceiptHandle": record["receiptHandle"]});
        self.call("sqs", "AmazonSQS.DeleteMessage", &request).await;
    }

    /// Returns every email that was sent: its recipients, subject and body.
    pub(crate) async fn mails(&self) -> Vec<(String, String, String)> {
        let all = self.http.get(format!("{}/moto-api/data.json", self.url)).send().await.unwrap();
        let all: Value = all.json().await.unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let messages = all["ses"]["Message"].as_array().into_iter().flatten();
        messages.map(|mail| (mail["destinations"].to_string(), text(&mail["subject"]), text(&mail["body"]))).collect()
    }
}
