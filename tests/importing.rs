//! Helpers for tests of imports: uploading files, waiting for them, and reading the outcome of each row.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Answer, World, path_of};

/// Reads a file of the corpus.
pub(crate) fn sample(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("csv").join(name)).unwrap()
}

/// Returns a file with this many people, `p0@example.com` and so on.
pub(crate) fn crowd(many: usize) -> String {
    let rows = (0..many).map(|number| format!("P{number},p{number}@example.com\n"));
    std::iter::once("name,email\n".to_owned()).chain(rows).collect()
}

impl World {
    /// Sends a file in the request, with this query string.
    pub(crate) async fn send_csv(&self, file: impl Into<Bytes>, query: &str) -> Answer {
        self.send_csv_with(file, query, &[]).await
    }

    pub(crate) async fn send_csv_with(&self, file: impl Into<Bytes>, query: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(format!("/api/t/acme/imports?{query}"))
            .header("authorization", format!("Bearer {}", self.key))
            .header("content-type", "text/csv");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(file.into()).unwrap()).await
    }

    /// Imports a file sent in the request, and returns the ID once everything that follows is done.
    pub(crate) async fn import(&self, file: impl Into<Bytes>, query: &str) -> String {
        let answer = self.send_csv(file, query).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        self.local.settled().await;
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// Uploads a file as a browser does, and returns the ID once everything that follows is done.
    pub(crate) async fn upload(&self, file: impl Into<Bytes>, options: Value) -> String {
        let file = file.into();
        let mut body = json!({"size": file.len()});
        body.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let answer = self.post("/imports", body).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
        let import = answer.json();
        let put = self.put(import["upload"]["url"].as_str().unwrap(), file).await;
        assert_eq!(put.status, 200, "{}", put.body);
        self.local.settled().await;
        import["id"].as_str().unwrap().to_owned()
    }

    /// Creates an import of one row that was cancelled before it was processed; its report is available.
    pub(crate) async fn cancelled_import(&self) -> String {
        self.local.hold("import-rows");
        let id = self.import("email\nnobody@example.com\n", "dryRun=true").await;
        assert_eq!(self.with_import(&id, "cancel").await.status, 200);
        self.local.release("import-rows");
        self.local.settled().await;
        id
    }

    /// Uploads to a presigned URL.
    pub(crate) async fn put(&self, url: &str, file: impl Into<Bytes>) -> Answer {
        let file = file.into();
        let request = Request::put(path_of(url)).header("content-length", file.len());
        self.send(request.header("sec-fetch-site", "same-origin").body(file).unwrap()).await
    }

    /// Uploads an object to the bucket as an operator does, and waits until everything that follows is done.
    pub(crate) async fn put_object(&self, key: &str, file: impl Into<Bytes>, said: &[(&str, &str)]) {
        let config = aws_sdk_s3::config::Builder::from(&self.local.sdk("operator")).force_path_style(true).build();
        #[expect(clippy::disallowed_types, reason = "an operator is none of our functions")]
        let client = aws_sdk_s3::Client::from_conf(config);
        let said = said.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let put = client.put_object().bucket("bucket").key(key).set_metadata(Some(said.collect()));
        put.body(file.into().into()).send().await.unwrap();
        self.local.settled().await;
    }

    /// Returns the current state of an import.
    pub(crate) async fn import_state(&self, id: &str) -> Value {
        self.read(&format!("/imports/{id}")).await
    }

    /// Returns the outcome of each row, by its number: the code and the message.
    pub(crate) async fn report(&self, id: &str) -> BTreeMap<u64, (String, String)> {
        let rows = self.report_rows(id).await;
        let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap();
        let (row, outcome, message) = (column("import_row"), column("import_outcome"), column("import_message"));
        let told = rows
            .iter()
            .skip(1)
            .map(|cells| (cells[row].parse().unwrap(), (cells[outcome].clone(), cells[message].clone())));
        told.collect()
    }

    /// Returns the cells of a report.
    pub(crate) async fn report_rows(&self, id: &str) -> Vec<Vec<String>> {
        let file = self.report_file(id).await;
        let text = file.strip_prefix('\u{feff}').unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    /// Returns the report's file.
    pub(crate) async fn report_file(&self, id: &str) -> String {
        let link = self.read(&format!("/imports/{id}/report")).await;
        let request = Request::get(path_of(link["url"].as_str().unwrap())).body(Bytes::new()).unwrap();
        let answer = self.send(request).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Applies an action to an import.
    pub(crate) async fn with_import(&self, id: &str, what: &str) -> Answer {
        self.api(Method::POST, &format!("/api/t/acme/imports/{id}/{what}"), Value::Null).await
    }
}

/// Returns the codes of a report, in the order of the rows.
pub(crate) fn codes(report: &BTreeMap<u64, (String, String)>) -> Vec<(u64, &str)> {
    report.iter().map(|(row, (code, _))| (*row, code.as_str())).collect()
}
