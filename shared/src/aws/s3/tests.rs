//! Tests of broken and slow connections to S3, on a paused clock and without a network.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use aws_config::{BehaviorVersion, Region, retry::RetryConfig};
use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    },
    orchestrator::{HttpRequest, HttpResponse},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures::StreamExt as _;
use http_body_util::StreamBody;
use tokio::time::Instant;

use super::*;

/// A response of S3, and the delay before it.
type Answer = (Duration, http::Response<SdkBody>);

/// A simulated S3: returns one prepared response after the other, and records each request's method, query and range.
#[derive(Debug, Clone, Default)]
struct Prepared {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Prepared {
    fn archive(&self, answers: impl IntoIterator<Item = Answer>) -> Storage {
        self.answers.lock().unwrap().extend(answers);
        let aws = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::from_keys("key", "secret", None)))
            .retry_config(RetryConfig::standard())
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .endpoint_url("http://localhost")
            .http_client(SharedHttpClient::new(self.clone()))
            .build();
        Storage::new(&aws, "bucket".to_owned())
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl HttpClient for Prepared {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Prepared {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let query = request.uri().split_once('?').map_or("", |(_, query)| query);
        let range = request.headers().get("range").unwrap_or_default();
        self.requests.lock().unwrap().push(format!("{} {query} {range}", request.method()));
        let (wait, answer) = self.answers.lock().unwrap().pop_front().expect("no call is left");
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(wait).await;
            Ok(HttpResponse::try_from(answer).unwrap())
        })
    }
}

fn at_once(answer: http::response::Builder, body: impl Into<SdkBody>) -> Answer {
    (Duration::ZERO, answer.body(body.into()).unwrap())
}

/// Sends `bytes`, and then stalls forever.
fn stalls_after(bytes: &'static str) -> SdkBody {
    let frame = (!bytes.is_empty()).then(|| Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from(bytes))));
    let arrived = futures::stream::iter(frame);
    SdkBody::from_body_1_x(StreamBody::new(arrived.chain(futures::stream::pending())))
}

#[tokio::test(start_paused = true)]
async fn a_file_that_stops_arriving_is_requested_again_from_where_it_stopped() {
    let whole = http::Response::builder().header("content-length", "10");
    let rest = http::Response::builder().status(206).header("content-length", "5");
    let s3 = Prepared::default();
    let archive = s3.archive([at_once(whole, stalls_after("Hello")), at_once(rest, "World")]);
    let began = Instant::now();
    let mut file = archive.open("imports/acme/list.csv", "etag").await.unwrap();
    let mut read = Vec::new();
    while let Some(bytes) = file.next().await.unwrap() {
        read.extend_from_slice(bytes.as_ref());
    }
    assert_eq!(String::from_utf8(read).unwrap(), "HelloWorld");
    assert_eq!(s3.requests(), ["GET x-id=GetObject ", "GET x-id=GetObject bytes=5-"]);
    let waited = began.elapsed();
    assert!((ARRIVES_WITHIN..ARRIVES_WITHIN + Duration::from_secs(1)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_file_that_never_arrives_is_given_up_after_five_more_requests() {
    let s3 = Prepared::default();
    let answers = (0..=RESUMED_MAX).map(|_| at_once(http::Response::builder(), stalls_after("")));
    let archive = s3.archive(answers);
    let mut file = archive.open("imports/acme/list.csv", "etag").await.unwrap();
    let failed = file.next().await.map(|bytes| bytes.is_some()).unwrap_err();
    assert!(matches!(failed, Unreadable::Failed(_)), "{failed:?}");
}

/// Responses to the upload of a file of two parts, the last of which arrives after `wait`.
fn completing(wait: Duration) -> [Answer; 4] {
    let began = "<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>";
    let ended = "<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>";
    let part = || at_once(http::Response::builder().header("etag", "\"part\""), "");
    let ended = http::Response::builder().body(SdkBody::from(ended)).unwrap();
    [at_once(http::Response::builder(), began), part(), part(), (wait, ended)]
}

async fn upload(archive: &Storage) -> Result<String> {
    let file = File { key: "exports/acme/list.csv".to_owned(), content_type: "text/csv", saved_as: "list.csv".into() };
    let mut upload = archive.begin(file);
    upload.write(&vec![b'x'; PART_BYTES]).await?;
    upload.write(b"the rest").await?;
    upload.finish().await
}

#[tokio::test(start_paused = true)]
async fn completing_an_upload_may_take_a_minute() {
    let s3 = Prepared::default();
    let archive = s3.archive(completing(COMPLETED_WITHIN - Duration::from_secs(1)));
    assert_eq!(upload(&archive).await.unwrap(), "whole");
    assert_eq!(s3.requests().len(), 4, "{:?}", s3.requests());
}

#[tokio::test(start_paused = true)]
async fn a_completion_that_takes_longer_is_repeated() {
    let s3 = Prepared::default();
    let [.., again] = completing(Duration::ZERO);
    let archive = s3.archive(completing(COMPLETED_WITHIN + Duration::from_secs(1)).into_iter().chain([again]));
    let began = Instant::now();
    assert_eq!(upload(&archive).await.unwrap(), "whole");
    assert_eq!(s3.requests().len(), 5);
    assert!(began.elapsed() >= COMPLETED_WITHIN, "{:?}", began.elapsed());
}
