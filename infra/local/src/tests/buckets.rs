//! Presigned URLs, over a real port.

use std::time::Duration;

use aws_sdk_s3::{config::Builder, presigning::PresigningConfig};
use reqwest::{Client, StatusCode};

use crate::{Local, Options, functions::sdk};

async fn listening() -> Local {
    Local::start(Options { listen: true, port: 0, ..Options::for_tests() }).await.unwrap()
}

/// Returns a URL for writing `key`, presigned as a function would.
async fn address(local: &Local, key: &str) -> String {
    let config = Builder::from(&sdk(&local.wire, "read-exports", &local.base_url)).force_path_style(true).build();
    #[expect(clippy::disallowed_types, reason = "no function signs uploads yet")]
    let client = aws_sdk_s3::Client::from_conf(config);
    let put = client.put_object().bucket("bucket").key(key).content_type("text/csv");
    let signed = put.presigned(PresigningConfig::expires_in(Duration::from_secs(60)).unwrap()).await.unwrap();
    signed.uri().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_larger_than_any_api_request_is_uploaded_to_a_presigned_url() {
    let local = listening().await;
    let url = address(&local, "uploads/x.csv").await;
    let put = async |kind: &str, bytes: usize| {
        let put = Client::new().put(&url).header("content-type", kind).body(vec![b'x'; bytes]);
        put.send().await.unwrap().status()
    };
    assert_eq!(put("text/html", 1).await, StatusCode::FORBIDDEN, "what it is is signed, too");
    assert!(local.objects().is_empty());
    assert_eq!(put("text/csv", 12 * 1024 * 1024).await, StatusCode::OK);
    let objects = local.objects();
    assert_eq!((objects[0].0.as_str(), objects[0].1.len()), ("bucket/uploads/x.csv", 12 * 1024 * 1024));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uploads_from_other_sites_to_other_host_names_or_unsigned_are_rejected() {
    let local = listening().await;
    let url = address(&local, "uploads/x.csv").await;
    let put = |url: &str| Client::new().put(url).header("content-type", "text/csv").body("x");
    for (request, status) in [
        (put(&url).header("origin", "https://evil.example"), 403),
        (put(&url).header("sec-fetch-site", "cross-site"), 403),
        (put(&url).header("host", "evil.example"), 421),
        (put(&url.replace("localhost", "127.0.0.1")), 403),
        (put(url.split_once('?').unwrap().0), 403),
        (put(&url.replace("x.csv", "y.csv")), 403),
    ] {
        assert_eq!(request.send().await.unwrap().status(), status);
    }
    assert!(local.objects().is_empty());
    let ours = put(&url).header("origin", &local.base_url).header("sec-fetch-site", "same-origin");
    assert_eq!(ours.send().await.unwrap().status(), 200);
}
