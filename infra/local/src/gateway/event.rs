//! API Gateway's payload 2.0: converts a request to the JSON that a function receives, and a function's JSON to a
//! response.

#![expect(
    clippy::indexing_slicing,
    reason = "JSON made right here is an object, and putting a name into it can't panic"
)]

use std::sync::atomic::{AtomicU64, Ordering};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::template::{ACCOUNT, Route};

/// The simulated source IP address of a request. Requests from the network don't have it.
#[derive(Debug, Clone)]
pub(crate) struct SourceIp(pub(crate) String);

/// Returns the event for one request.
pub(super) fn from_request(
    request: &Request<Bytes>,
    route: &Route,
    parameters: &[(String, String)],
    now: Timestamp,
) -> Value {
    let route_key = route.key();
    let path = request.uri().path();
    let query = request.uri().query().unwrap_or_default();
    let mut headers = headers(request.headers());
    headers.insert("x-amzn-trace-id".to_owned(), trace_header(now).into());
    let text = |name: &str| headers.get(name).cloned().unwrap_or_default();
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": {
                "method": request.method().as_str(),
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": request.extensions().get().map_or("127.0.0.1", |SourceIp(ip)| ip.as_str()),
                "userAgent": text("user-agent"),
            },
            "requestId": request_id(),
            "routeKey": route_key,
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S %z").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": false,
    });
    let cookies = cookies(request.headers());
    if !cookies.is_empty() {
        event["cookies"] = Value::from(cookies);
    }
    let query = joined(
        url::form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())),
    );
    if !query.is_empty() {
        event["queryStringParameters"] = Value::Object(query);
    }
    if !parameters.is_empty() {
        event["pathParameters"] =
            parameters.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
    }
    if !request.body().is_empty() {
        let (body, encoded) = body(request);
        event["body"] = Value::from(body);
        event["isBase64Encoded"] = Value::from(encoded);
    }
    event
}

/// Returns headers with lower-case names and with values of the same name joined by commas. Cookies are left out, since
/// they have a separate field.
fn headers(headers: &HeaderMap) -> Map<String, Value> {
    let texts = headers.iter().filter(|(name, _)| *name != header::COOKIE);
    joined(
        texts.map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
    )
}

fn cookies(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split("; ")).filter(|cookie| !cookie.is_empty()).map(str::to_owned).collect()
}

fn joined(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut map = Map::new();
    for (name, value) in pairs {
        let value = match map.get(&name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value,
        };
        map.insert(name, Value::from(value));
    }
    map
}

/// Returns the body and whether it is in Base64. Forms are, as on AWS: only text, JSON, JavaScript and XML pass as they
/// are.
fn body(request: &Request<Bytes>) -> (String, bool) {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = kind.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"].contains(&kind.as_str());
    match std::str::from_utf8(request.body()) {
        Ok(text) if plain => (text.to_owned(), false),
        _ => (STANDARD.encode(request.body()), true),
    }
}

/// Returns a new trace header; API Gateway adds one to every request, whatever its caller sent.
fn trace_header(now: Timestamp) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("Root=1-{:08x}-{:024x}", now.as_second(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("local-{:08}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Converts a function's result to a response; `None` if API Gateway couldn't read it.
pub(super) fn to_response(answer: &Value) -> Option<Response<Bytes>> {
    // Without a status, the whole result is the body.
    let Some(status) = answer.get("statusCode") else {
        let mut response = Response::new(Bytes::from(answer.to_string()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        return Some(response);
    };
    let status = StatusCode::from_u16(u16::try_from(status.as_u64()?).ok()?).ok()?;
    let text = answer.get("body").and_then(Value::as_str).unwrap_or_default();
    let encoded = answer.get("isBase64Encoded").and_then(Value::as_bool).unwrap_or_default();
    let body = if encoded { STANDARD.decode(text).ok()?.into() } else { Bytes::from(text.to_owned()) };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in answer.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        headers.append(name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?);
    }
    for cookie in answer.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        headers.append(header::SET_COOKIE, cookie.as_str()?.parse::<HeaderValue>().ok()?);
    }
    if !headers.contains_key(header::CONTENT_TYPE) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=utf-8"));
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(request: &Request<Bytes>) -> Value {
        let (method, path, function) = ("POST".to_owned(), "/t/{brand}/login".to_owned(), "f".to_owned());
        let route = Route { method, any: false, path, function };
        let parameters = [("brand".to_owned(), "acme".to_owned())];
        from_request(request, &route, &parameters, "2026-03-04T05:06:07Z".parse().unwrap())
    }

    #[test]
    fn a_request_becomes_payload_2_0() {
        let request = Request::post("http://localhost:9000/t/acme/login?a=1&b=x%20y&a=2")
            .header("Cookie", "one=1; two=2")
            .header("Accept", "text/html")
            .header("Accept", "text/plain")
            .header("User-Agent", "test")
            .header("Content-Type", "application/json; charset=utf-8")
            .body(Bytes::from_static(b"{}"))
            .unwrap();
        let mut event = event(&request);
        event["requestContext"]["requestId"] = Value::from("id");
        let trace = event["headers"].as_object_mut().unwrap().remove("x-amzn-trace-id").unwrap();
        assert!(trace.as_str().unwrap().starts_with("Root=1-69a7bdbf-"), "{trace}");
        let expected = json!({
            "version": "2.0",
            "routeKey": "POST /t/{brand}/login",
            "rawPath": "/t/acme/login",
            "rawQueryString": "a=1&b=x%20y&a=2",
            "cookies": ["one=1", "two=2"],
            "headers": {"accept": "text/html,text/plain", "user-agent": "test", "content-type": "application/json; charset=utf-8"},
            "queryStringParameters": {"a": "1,2", "b": "x y"},
            "pathParameters": {"brand": "acme"},
            "requestContext": {
                "accountId": "000000000000", "apiId": "local", "domainName": "localhost", "domainPrefix": "localhost",
                "http": {"method": "POST", "path": "/t/acme/login", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "test"},
                "requestId": "id", "routeKey": "POST /t/{brand}/login", "stage": "$default",
                "time": "04/Mar/2026:05:06:07 +0000", "timeEpoch": 1_772_600_767_000_i64,
            },
            "body": "{}",
            "isBase64Encoded": false,
        });
        assert_eq!(event, expected);
    }

    #[test]
    fn forms_and_bytes_are_base64_encoded_as_on_aws() {
        let body = |kind: &str, body: &'static [u8]| {
            let request = Request::post("/").header("content-type", kind).body(Bytes::from_static(body)).unwrap();
            let event = event(&request);
            (event["body"].as_str().unwrap().to_owned(), event["isBase64Encoded"].as_bool().unwrap())
        };
        assert_eq!(body("text/csv", b"a,b"), ("a,b".to_owned(), false));
        assert_eq!(body("application/x-www-form-urlencoded", b"a=b"), ("YT1i".to_owned(), true));
        assert_eq!(body("text/plain", b"\xff"), ("/w==".to_owned(), true));
    }

    #[test]
    fn a_result_becomes_a_response() {
        let answer = json!({
            "statusCode": 303, "headers": {"location": "/x"}, "cookies": ["a=1; HttpOnly", "b=2"],
            "body": "aGk=", "isBase64Encoded": true,
        });
        let response = to_response(&answer).unwrap();
        assert_eq!((response.status().as_u16(), response.body().as_ref()), (303, b"hi".as_slice()));
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
        assert_eq!(to_response(&json!({"ok": true})).unwrap().body().as_ref(), br#"{"ok":true}"#);
        assert!(to_response(&json!({"statusCode": "abc"})).is_none());
    }
}
