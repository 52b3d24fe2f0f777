//! How the table changes JSON.

use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::conversation::Conversation;

/// Whether a conversation is a GROUP.
pub(crate) fn is_group(conversation: &Conversation) -> bool {
    conversation.category.as_str() == "GROUP"
}

/// A refusal.
pub(crate) fn refused(status: StatusCode, code: u32, description: &str) -> Response<Bytes> {
    let body = json!({"error": {"status": status.as_u16(), "code": code, "description": description}});
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer of a server that has crashed over a request.
pub(crate) fn crashed(answer: &mut Response<Bytes>) {
    *answer = refused(StatusCode::INTERNAL_SERVER_ERROR, 500, "Internal Server Error");
}

/// The conversation of an answer.
pub(crate) fn data(envelope: &mut Value) -> Option<&mut Map<String, Value>> {
    envelope.get_mut("data")?.as_object_mut()
}

/// The value of a member of the conversation, null where there is none.
pub(crate) fn get(envelope: &Value, member: &str) -> Value {
    envelope.get("data").and_then(|data| data.get(member)).cloned().unwrap_or_default()
}

/// Gives a member of the conversation a value.
pub(crate) fn set(envelope: &mut Value, member: &str, value: impl Into<Value>) {
    if let Some(data) = data(envelope) {
        data.insert(member.to_owned(), value.into());
    }
}

/// Changes a text of the conversation.
pub(crate) fn text(envelope: &mut Value, member: &str, change: impl FnOnce(&str) -> String) {
    let changed = get(envelope, member).as_str().map(change);
    if let Some(changed) = changed {
        set(envelope, member, changed);
    }
}

/// The participants of the conversation, or of a request's members.
pub(crate) fn participants(conversation: &mut Map<String, Value>) -> Option<&mut Vec<Value>> {
    conversation.get_mut("participants")?.as_array_mut()
}

/// Every participant of an answer.
pub(crate) fn each(envelope: &mut Value) -> impl Iterator<Item = &mut Map<String, Value>> {
    data(envelope).and_then(participants).into_iter().flatten().filter_map(Value::as_object_mut)
}

/// The objects that hold a member, by a JSON Pointer with `*` for every element of a list; none where there is none.
pub(crate) fn at(value: &mut Value, pointer: &str, mut change: impl FnMut(&mut Map<String, Value>, &str)) {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    walk(value, &parts, &mut change);
}

fn walk(value: &mut Value, parts: &[&str], change: &mut impl FnMut(&mut Map<String, Value>, &str)) {
    match (parts, value) {
        ([member], Value::Object(object)) => change(object, member),
        (["*", rest @ ..], Value::Array(items)) => items.iter_mut().for_each(|item| walk(item, rest, change)),
        ([member, rest @ ..], Value::Object(object)) => {
            if let Some(value) = object.get_mut(*member) {
                walk(value, rest, change);
            }
        }
        _ => {}
    }
}
