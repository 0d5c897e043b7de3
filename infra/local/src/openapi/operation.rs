//! One operation of the document.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};
use shared::{
    domain::{BrandSlug, PartnerId, ProgramId, Role},
    openapi::{AllowedCaller, Answer, Code, Operation},
    web::Requirement,
};

use super::{OpenApiError, examples, schemas, schemas::Schemas};

/// Returns the group in which a route is shown: the first path segment after the brand.
pub(super) fn tag(operation: &Operation) -> String {
    let below = operation.path.split_once("{brand}/").map(|(_, below)| below.split('/').next().unwrap_or(below));
    match below {
        None => "Documentation".to_owned(),
        Some("api-keys") => "API keys".to_owned(),
        // Here the segment is a share link's key.
        Some("{key}") => "Links".to_owned(),
        Some(name) => {
            let mut letters = name.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
        }
    }
}

pub(super) fn described(operation: &Operation, schemas: &mut Schemas, codes: &[Code]) -> Result<Value, OpenApiError> {
    let mut errors: BTreeSet<String> = common(operation).into_iter().map(str::to_owned).collect();
    errors.extend(operation.errors.iter().map(|code| (*code).to_owned()));
    let mut parameters = path_parameters(operation, schemas)?;
    for parameter in &operation.query {
        let schema = (parameter.shape)(&mut schemas.input).to_value();
        errors.extend(schemas::refusals(&schema, schemas.input.definitions()).0);
        parameters.push(json!({"name": parameter.name, "in": "query", "required": false, "description": parameter.says, "schema": schema}));
    }
    if operation.repeatable {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": false,
            "description": "Makes the request safe to retry: for 24 hours, the same request with the same key returns the same response and has no second effect.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        }));
    }
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [tag(operation)],
        "security": security(operation.may_call),
        "parameters": parameters,
    });
    if !operation.details.is_empty() {
        set(&mut described, "description", json!(operation.details));
    }
    if let Some(body) = &operation.body {
        let schema = (body.shape)(&mut schemas.input).to_value();
        let definitions = schemas.input.definitions();
        let (codes, demands) = schemas::refusals(&schema, definitions);
        errors.extend(codes);
        if demands {
            errors.insert("missing_field".to_owned());
        }
        let example = body.example.clone().unwrap_or_else(|| examples::small(&schema, definitions));
        let content = json!({"application/json": {"schema": schema, "example": example}});
        set(&mut described, "requestBody", json!({"required": !body.optional, "content": content}));
    }
    let mut responses = Map::new();
    for answer in &operation.answers {
        responses.insert(answer.status.as_u16().to_string(), success(operation, answer, schemas));
    }
    responses.extend(refusals(operation, &errors, codes)?);
    set(&mut described, "responses", Value::Object(responses));
    Ok(described)
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// Returns the error codes that follow from who may call and from the request body.
fn common(operation: &Operation) -> Vec<&'static str> {
    let writes = !matches!(operation.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let mut codes = vec!["internal"];
    match operation.may_call {
        AllowedCaller::Partners => codes.extend(["unauthenticated", "not_found"]),
        AllowedCaller::With(_) | AllowedCaller::Team(_) | AllowedCaller::Anybody => {}
    }
    if let Some(needs) = operation.may_call.needs() {
        codes.extend(["unauthenticated", "not_found"]);
        codes.push(if needs.scope.is_some() { "scope_missing" } else { "session_required" });
        if needs.role_for(&operation.method) > Role::Viewer {
            codes.push("role_missing");
        }
        if needs.recent {
            codes.push("sign_in_again");
        }
    }
    if writes {
        codes.extend(["busy", "changed_meanwhile"]);
        if operation.may_call != AllowedCaller::Anybody {
            codes.push("other_origin");
        }
    }
    if operation.body.is_some() {
        codes.extend(["invalid_json", "invalid_type", "invalid_value", "too_large", "unknown_field"]);
    }
    if !operation.query.is_empty() {
        codes.extend(["invalid_value", "unknown_field"]);
    }
    if operation.repeatable {
        codes.extend(["idempotency_key_reused", "invalid_idempotency_key"]);
    }
    codes
}

fn security(may_call: AllowedCaller) -> Value {
    match may_call {
        AllowedCaller::With(scope) | AllowedCaller::Team(Requirement { scope: Some(scope), .. }) => {
            json!([{"apiKey": [scope]}, {"adminSession": []}])
        }
        AllowedCaller::Team(Requirement { scope: None, .. }) => json!([{"adminSession": []}]),
        AllowedCaller::Partners => json!([{"partnerSession": []}]),
        AllowedCaller::Anybody => json!([]),
    }
}

fn path_parameters(operation: &Operation, schemas: &mut Schemas) -> Result<Vec<Value>, OpenApiError> {
    fn known<T: JsonSchema>(says: &str, schemas: &mut Schemas) -> (String, Value) {
        (says.to_owned(), schemas.input.subschema_for::<T>().to_value())
    }
    let parts = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    parts
        .map(|name| {
            let own = operation.parts.iter().find(|part| part.name == name);
            let (says, schema) = match (own, name) {
                (Some(part), _) => (part.says.clone(), (part.shape)(&mut schemas.input).to_value()),
                (None, "brand") => known::<BrandSlug>("The brand’s slug.", schemas),
                (None, "partner") => known::<PartnerId>("The partner.", schemas),
                (None, "program") => known::<ProgramId>("The program.", schemas),
                (None, _) => return Err(OpenApiError::UnknownPart(operation.path, name.to_owned())),
            };
            Ok(json!({"name": name, "in": "path", "required": true, "description": says, "schema": schema}))
        })
        .collect()
}

fn success(operation: &Operation, answer: &Answer, schemas: &mut Schemas) -> Value {
    let mut described = json!({"description": answer.says});
    if let Some((content_type, shape)) = &answer.body {
        let schema = shape(&mut schemas.output).to_value();
        let mut content = json!({"schema": schema});
        if *content_type == "application/json" && operation.may_call != AllowedCaller::Anybody {
            set(&mut content, "example", examples::whole(&schema, schemas.output.definitions()));
        }
        let mut types = Map::new();
        types.insert((*content_type).to_owned(), content);
        set(&mut described, "content", Value::Object(types));
    }
    if operation.repeatable {
        let says = "`true` if this is the stored response to an earlier request with the same key.";
        let header = json!({"description": says, "schema": {"type": "string", "const": "true"}});
        set(&mut described, "headers", json!({"Idempotency-Replayed": header}));
    }
    described
}

fn refusals(
    operation: &Operation,
    errors: &BTreeSet<String>,
    codes: &[Code],
) -> Result<BTreeMap<String, Value>, OpenApiError> {
    let unknown = operation.errors.iter().find(|code| !codes.iter().any(|known| known.code == **code));
    if let Some(code) = unknown {
        return Err(OpenApiError::UnknownCode(operation.path, code));
    }
    let mut by_status: BTreeMap<u16, Vec<&Code>> = BTreeMap::new();
    for code in codes.iter().filter(|code| errors.contains(code.code)) {
        let here = operation.errors_as.iter().find(|(_, other)| *other == code.code);
        by_status.entry(here.map_or(code.status, |(status, _)| status.as_u16())).or_default().push(code);
    }
    let described = by_status.into_iter().map(|(status, codes)| {
        let sentences = codes.iter().map(|code| format!("`{}`: {}", code.code, code.sentence));
        let names: Vec<_> = codes.iter().map(|code| code.code).collect();
        let schema = json!({"$ref": "#/components/schemas/Error", "properties": {"error": {"enum": names}}});
        let mut answer = json!({"description": sentences.collect::<Vec<_>>().join(" ")});
        if operation.method != Method::HEAD {
            set(&mut answer, "content", json!({"application/json": {"schema": schema}}));
        }
        if [429, 503].contains(&status) {
            let header =
                json!({"description": "Number of seconds to wait before retrying.", "schema": {"type": "integer"}});
            set(&mut answer, "headers", json!({"Retry-After": header}));
        }
        (status.to_string(), answer)
    });
    Ok(described.collect())
}
