//! Functions with which the rows of the fault table change requests, conversations and answers.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::FaultContext;
use super::hook::Recreated;
use crate::conversation::{Member, MemberRole, StoredConversation};
use crate::refusal::Refusal;

/// Whether a conversation is a GROUP.
pub(crate) fn is_group(conversation: &StoredConversation) -> bool {
    conversation.category.as_str() == "GROUP"
}

fn refused(status: StatusCode, code: u32, description: &str) -> Response<Bytes> {
    let body = json!({"error": {"status": status.as_u16(), "code": code, "description": description}});
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Replaces an answer by a refusal.
pub(crate) fn refuses(answer: &mut Response<Bytes>, code: u32, description: &str) {
    replaces(answer, refused(StatusCode::ACCEPTED, code, description));
}

/// Replaces an answer by that of a server that crashed while handling the request.
pub(crate) fn crashed(answer: &mut Response<Bytes>) {
    replaces(answer, refused(StatusCode::INTERNAL_SERVER_ERROR, 500, "Internal Server Error"));
}

/// Replaces an answer, but keeps the X-Request-Id.
fn replaces(answer: &mut Response<Bytes>, other: Response<Bytes>) {
    let id = answer.headers().get("x-request-id").cloned();
    *answer = other;
    if let Some(id) = id {
        answer.headers_mut().insert("x-request-id", id);
    }
}

/// The conversation of an answer.
pub(crate) fn data(envelope: &mut Value) -> Option<&mut Map<String, Value>> {
    envelope.get_mut("data")?.as_object_mut()
}

/// The value of a member of the conversation; null if it is absent.
pub(crate) fn get(envelope: &Value, member: &str) -> Value {
    envelope.get("data").and_then(|data| data.get(member)).cloned().unwrap_or_default()
}

/// Sets a member of the conversation.
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

/// Calls `change` with each object that may hold the member at a JSON Pointer, in which `*` stands for every element of
/// a list, and the member's name.
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

/// Changes the body of an answer with status 200.
pub(crate) fn rewrite(answer: &mut Response<Bytes>, change: impl FnOnce(&str) -> String) {
    if answer.status() == StatusCode::OK
        && let Ok(text) = std::str::from_utf8(answer.body())
    {
        *answer.body_mut() = change(text).into();
    }
}

/// Replaces the description of a refusal.
pub(crate) fn describe(answer: &mut Value, description: impl Into<Value>) {
    answer["error"]["description"] = description.into();
}

/// Replaces one role by another, for all members.
pub(crate) fn roles(made: &mut StoredConversation, from: MemberRole, to: MemberRole) {
    for member in made.members.iter_mut().filter(|member| member.role == from) {
        member.role = to;
    }
}

/// Changes the members of a conversation.
pub(crate) fn members(one: &mut StoredConversation, change: impl FnOnce(&mut Vec<Member>)) {
    let mut members = one.members.to_vec();
    change(&mut members);
    one.members = members.into();
}

/// Answers with the stored conversation, as a correct server does.
pub(crate) fn there(again: &Recreated<'_>) -> Result<Arc<StoredConversation>, Refusal> {
    Ok(Arc::clone(again.there))
}

/// Answers with a changed conversation without storing the change.
pub(crate) fn shown(
    again: &Recreated<'_>,
    change: impl FnOnce(&mut StoredConversation),
) -> Result<Arc<StoredConversation>, Refusal> {
    let mut one = again.there.as_ref().clone();
    change(&mut one);
    Ok(Arc::new(one))
}

/// Stores a change, and answers with the changed conversation.
pub(crate) fn kept(
    again: &Recreated<'_>,
    change: impl FnOnce(&mut StoredConversation),
) -> Result<Arc<StoredConversation>, Refusal> {
    let changed = again.store.change(again.there.id, |there| {
        let mut one = there.clone();
        change(&mut one);
        Ok::<_, Refusal>(one)
    })?;
    Ok(changed.unwrap_or_else(|| Arc::clone(again.there)))
}

/// Stores a change if the creator of a GROUP creates it again.
pub(crate) fn kept_for_creator(
    again: &Recreated<'_>,
    change: impl FnOnce(&mut StoredConversation),
) -> Result<Arc<StoredConversation>, Refusal> {
    if is_group(again.there) && again.there.creator == again.asked.creator { kept(again, change) } else { there(again) }
}

/// Stores a change if another member of a GROUP creates it again.
pub(crate) fn kept_for_member(
    again: &Recreated<'_>,
    change: impl FnOnce(&mut StoredConversation),
) -> Result<Arc<StoredConversation>, Refusal> {
    if is_of_member(again) { kept(again, change) } else { there(again) }
}

/// Whether a member of a GROUP who is not its creator creates it again.
pub(crate) fn is_of_member(again: &Recreated<'_>) -> bool {
    let caller = again.asked.creator;
    is_group(again.there) && again.there.creator != caller && again.there.has_member(caller)
}

/// Whether the caller creates again a conversation that they are not a member of.
pub(crate) fn is_of_outsider(again: &Recreated<'_>) -> bool {
    !again.there.has_member(again.asked.creator)
}

/// The conversation that a request asks for, as far as it is readable; unreadable participants are skipped.
pub(crate) fn asked_for(context: &FaultContext, creator: Uuid) -> Option<StoredConversation> {
    let id = Uuid::try_parse(context.text("/conversation_id")).ok()?;
    let group = context.text("/category") != "CONTACT";
    let role = if group { MemberRole::Owner } else { MemberRole::Ordinary };
    let mut members = vec![Member { user: creator, role, joined: context.came }];
    for at in 0..context.participants() {
        if let Ok(user) = Uuid::try_parse(context.participant(at)) {
            members.push(Member { user, role: MemberRole::Ordinary, joined: context.came });
        }
    }
    Some(StoredConversation {
        id,
        category: if group { "GROUP" } else { "CONTACT" }.parse().ok()?,
        creator,
        name: context.text("/name").into(),
        announcement: "".into(),
        created_at: context.came,
        code: group.then(Uuid::new_v4),
        members: members.into(),
    })
}

/// Whether a request is for a GROUP.
pub(crate) fn wants_group(request: &Map<String, Value>) -> bool {
    request.get("category").is_some_and(|category| category == "GROUP")
}

/// Whether a request is for a CONTACT.
pub(crate) fn wants_contact(request: &Map<String, Value>) -> bool {
    request.get("category").is_some_and(|category| category == "CONTACT")
}

/// Removes the random_id, so that a GROUP may have any id.
pub(crate) fn any_id(request: &mut Map<String, Value>) {
    request.remove("random_id");
}

/// Refuses the request because of one of its members, if that is wrong.
pub(crate) fn refuse(wrong: bool, field: &'static str, reason: &'static str) -> Result<(), Refusal> {
    if wrong { Err(Refusal::field(field, reason)) } else { Ok(()) }
}

/// Refuses the request as a whole, if it is wrong.
pub(crate) fn unreadable(wrong: bool, reason: &str) -> Result<(), Refusal> {
    if wrong { Err(Refusal::Body(reason.to_owned())) } else { Ok(()) }
}

/// A header field of a request; empty if it is absent or not text.
pub(crate) fn field<'a>(head: &'a Parts, name: &str) -> &'a str {
    head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Replaces a member of the request, if it is wrong.
pub(crate) fn replace(
    request: &mut Map<String, Value>,
    member: &str,
    wrong: impl Fn(&Value) -> bool,
    by: impl Fn() -> Value,
) {
    if let Some(value) = request.get_mut(member).filter(|value| wrong(value)) {
        *value = by();
    }
}

/// Removes the participants that `keep` rejects.
pub(crate) fn only(request: &mut Map<String, Value>, keep: impl Fn(&Value) -> bool) {
    let skipped = participants(request).is_some_and(|all| {
        let before = all.len();
        all.retain(keep);
        all.len() < before
    });
    if skipped {
        any_id(request);
    }
}

/// Whether a text is a UUID with its four hyphens.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}
