//! An AWS that stores nothing: calls by import-csv are answered from one item and from a file that is generated while
//! it is read. So the memory that the process needs is what the function needs.

use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use serde_json::{Map, Value, json};
use shared::{App, Config, CookiePolicy, Invocation, Platform, runtime};

const ID: &str = "imp_01KA0000000000000000000007";

/// Runs the function on a file with this many rows.
pub(crate) async fn import_csv(rows: usize) {
    let function = import_csv::function();
    let setting = |name: &str| match name {
        "BASE_URL" => Some("http://localhost".to_owned()),
        "BUCKET" => Some("bucket".to_owned()),
        "MAIL_RATE" => Some("14".to_owned()),
        "MAIL_DAILY_QUOTA" => Some("100000000".to_owned()),
        "TABLE" | "IMPORT_FILES_QUEUE" | "IMPORT_ROWS_QUEUE" => Some(name.to_lowercase()),
        _ => None,
    };
    let config = Config::read(setting, function.settings()).unwrap();
    let cloud = Cloud { rows, import: Arc::new(Mutex::new(import())) };
    let sdk = aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            aws_credential_types::Credentials::from_keys("local", "local", None),
        ))
        .endpoint_url("http://localhost")
        .http_client(SharedHttpClient::new(cloud.clone()))
        .build();
    let platform = Platform {
        clock: Arc::new(runtime::SystemClock),
        random: Arc::new(runtime::OsRandom),
        cookies: CookiePolicy::Plain,
        outside: Arc::new(shared::egress::EgressClient::new(shared::egress::LoopbackPolicy::None)),
        lines: Arc::new(runtime::Stdout),
    };
    let app = App::new(config, (&sdk, function.doors()), platform);
    let body = json!({"brand": "acme", "import": ID}).to_string();
    let event = json!({"Records": [{"messageId": "m", "receiptHandle": "r", "body": body, "attributes": {}}]});
    let invocation = Invocation::new("import-csv", "bench", None);
    let answer = function.invoke(app, invocation, event).await.unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    let sent = cloud.import.lock().unwrap().get("rows_sent").cloned().unwrap();
    assert_eq!(sent, json!({"N": rows.to_string()}));
}

fn import() -> Map<String, Value> {
    let item = json!({
        "pk": {"S": "p"}, "sk": {"S": "IMPORT"}, "kind": {"S": "import"}, "version": {"N": "1"},
        "id": {"S": ID}, "brand": {"S": "acme"}, "send_invite": {"BOOL": true}, "dry_run": {"BOOL": true},
        "file": {"M": {"key": {"S": "k"}, "etag": {"S": "e"}, "only_failed": {"BOOL": false}}},
        "asked_by": {"M": {"kind": {"S": "operator"}, "id": {"S": "operator"}}},
        "created_at": {"S": "2026-01-01T00:00:00Z"}, "expires_at": {"N": "4102444800"},
        "all_sent": {"BOOL": false}, "rows_sent": {"N": "0"}, "chunks_sent": {"N": "0"}, "chunks_done": {"N": "0"},
    });
    item.as_object().cloned().unwrap()
}

#[derive(Debug, Clone)]
struct Cloud {
    rows: usize,
    import: Arc<Mutex<Map<String, Value>>>,
}

impl HttpClient for Cloud {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
        let body: Value = request.body().bytes().and_then(|body| serde_json::from_slice(body).ok()).unwrap_or_default();
        let answer = match target.rsplit_once('.').map(|(_, operation)| operation) {
            None => SdkBody::from_body_1_x(file(self.rows)),
            Some("UpdateItem") => SdkBody::from(json!({"Attributes": self.update(&body)}).to_string()),
            Some("BatchGetItem") => SdkBody::from(json!({"Responses": {}, "UnprocessedKeys": {}}).to_string()),
            Some("Query") => SdkBody::from(json!({"Items": []}).to_string()),
            Some("SendMessageBatch") => SdkBody::from(json!({"Successful": [], "Failed": []}).to_string()),
            Some(_) => SdkBody::from("{}"),
        };
        let response = http::Response::builder().status(200).header("etag", "\"e\"").body(answer).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::try_from(response).unwrap()))
    }
}

impl Cloud {
    /// Applies the `SET` part of an update.
    fn update(&self, request: &Value) -> Value {
        let mut import = self.import.lock().unwrap();
        let text = request["UpdateExpression"].as_str().unwrap_or_default();
        let sets = text.strip_prefix("SET ").unwrap_or_default().split(" ADD ").next().unwrap_or_default();
        for set in sets.split(", ").filter_map(|set| set.split_once(" = ")) {
            let (name, value) = (set.0.trim_start_matches('#'), &request["ExpressionAttributeValues"][set.1]);
            if !value.is_null() {
                import.insert(name.to_owned(), value.clone());
            }
        }
        Value::Object(import.clone())
    }
}

/// Returns a file with this many rows, generated a thousand at a time.
fn file(rows: usize) -> impl http_body::Body<Data = Bytes, Error = std::io::Error> + Send + Sync {
    let header = std::iter::once("name,email\n".to_owned());
    let parts = (0..rows).step_by(1_000).map(move |first| {
        let part = first..(first + 1_000).min(rows);
        part.map(|number| format!("Person Number {number},person.{number}@example.com\n")).collect::<String>()
    });
    let frames = header.chain(parts).map(|text| Ok(http_body::Frame::data(Bytes::from(text))));
    StreamBody::new(futures::stream::iter(frames)).map_err(|error: std::io::Error| error)
}
