//! Adapts a vector's request to a subject: replaces the vector's caller and users by the subject's everywhere, and
//! computes the derived id again.

use bytes::Bytes;
use mixinspec_spec::model::PeerOrder;
use serde_json::Value;

use super::document::{Alteration, DerivedId, HttpVector};
use super::substitute::{IdTable, substitute, substitute_text};
use crate::edition::variables::RequestFacts;
use crate::http::authorization::Authorization;
use crate::http::framing::Framing;
use crate::http::message::Sent;
use crate::identity::derivation::{Derivations, DeriveError};
use crate::identity::ids::CaseIds;
use crate::identity::users::{TooFewUsers, Users};
use crate::request::make::{Cast, Made, MakeError};
use crate::vectors::unique_id;

impl HttpVector {
    /// The vector's request as this caller sends it to a server that has these users.
    ///
    /// A CONTACT's peer sorts on the same side of the caller as in the vector. UUIDs that are neither users nor derived
    /// (`random_id`, the arbitrary id of a GROUP) are replaced by fresh ones of this case.
    ///
    /// # Errors
    /// When there are too few users, or the body is not valid Base64.
    pub fn for_subject(
        &self,
        derivations: &Derivations,
        users: &Users,
        ids: &CaseIds,
        cast: &Cast,
    ) -> Result<Made, MakeError> {
        let body = self.body().map_err(|reason| MakeError::Patch(format!("the vector {}: {reason}", self.id)))?;
        let mut table = IdTable::from([(self.caller.user_id.clone(), cast.caller_id.clone())]);
        let new = self.users_of(users, ids, cast)?;
        table.extend(self.users.iter().cloned().zip(new.iter().cloned()));

        let (document, _) = crate::text::json::read(&body);
        let old_id = conversation_id(&body, document.as_ref());
        if let Some(random) = document.as_ref().and_then(|body| body.get("random_id")).and_then(Value::as_str)
            && let Ok(uuid) = uuid::Uuid::try_parse(random)
        {
            table.entry(uuid.hyphenated().to_string()).or_insert_with(|| ids.uuid("vector/random_id").to_string());
        }
        if let Some(old) = old_id.filter(|_| self.derived != DerivedId::AsIs) {
            let mapped = crate::text::json::read(&substitute(&body, &table)).0.unwrap_or(Value::Null);
            let derived = derived_id(derivations, self.derived, self.altered.as_ref(), &cast.caller_id, &mapped);
            // An unusual version or variant in the vector is intended, so it stays.
            let fresh = || with_stamps_of(&old, &ids.uuid("vector/conversation_id").to_string());
            table.insert(old.clone(), derived.unwrap_or_else(fresh));
        }

        let body = substitute(&body, &table);
        let chunked = self.request.headers.contains_key("transfer-encoding");
        let framing = if chunked { Framing::Chunked } else { Framing::Whole };
        let headers = self.request.headers.iter().filter(|(name, _)| *name != "transfer-encoding");
        let header = |name: &str, value: &str| match name {
            // Fresh for every request, as the original was.
            "x-request-id" => ids.uuid("x-request-id").to_string(),
            _ => substitute_text(value, &table),
        };
        let sent = Sent {
            method: self.request.method.clone(),
            path: substitute_text(&self.request.path, &table),
            headers: headers.map(|(name, value)| (name.clone(), header(name, value))).collect(),
            json: crate::text::json::read(&body).0.filter(Value::is_object),
            body: Bytes::from(body),
            framing,
            caller: cast.caller,
            authorization: Authorization::Own,
        };
        let document = sent.json.clone().unwrap_or(Value::Null);
        let fresh = match self.derived {
            DerivedId::Unique => users.count().is_none(),
            DerivedId::Group | DerivedId::Any => true,
            DerivedId::AsIs => false,
        };
        let caller_id = cast.caller_id.clone();
        let about = RequestFacts { fresh, caller_id, peer_id: new.into_iter().next(), ..RequestFacts::default() };
        Ok(Made { sent, clean: document.clone(), document, about, unchanged: false })
    }

    /// The body's bytes.
    ///
    /// # Errors
    /// When it is not valid Base64.
    pub fn body(&self) -> Result<Vec<u8>, String> {
        use base64::Engine as _;
        match (&self.request.body, &self.request.body_base64) {
            (Some(text), _) => Ok(text.clone().into_bytes()),
            (None, Some(text)) => {
                base64::engine::general_purpose::STANDARD.decode(text).map_err(|error| error.to_string())
            }
            (None, None) => Ok(Vec::new()),
        }
    }

    /// The subject's users who replace the vector's.
    fn users_of(&self, users: &Users, ids: &CaseIds, cast: &Cast) -> Result<Vec<String>, TooFewUsers> {
        let Some(first) = self.users.first() else { return Ok(Vec::new()) };
        let mut new = Vec::new();
        if self.derived == DerivedId::Unique {
            let before = *first < self.caller.user_id;
            let order = if before { PeerOrder::BeforeCaller } else { PeerOrder::AfterCaller };
            new.push(users.peer(ids, &cast.caller_id, Some(order), "vector/peer")?);
        }
        let members = users.members(ids, &cast.caller_id, "vector/member", self.users.len())?;
        let missing = self.users.len() - new.len();
        let mut others: Vec<String> = members.into_iter().filter(|id| !new.contains(id)).take(missing).collect();
        // They keep the sort order of those whom they replace: the order in which they are listed is part of the
        // vector.
        others.sort_unstable();
        let mut places: Vec<usize> = (new.len()..self.users.len()).collect();
        places.sort_unstable_by_key(|at| &self.users[*at]);
        let mut placed: Vec<(usize, String)> = places.into_iter().zip(others).collect();
        placed.sort_unstable();
        new.extend(placed.into_iter().map(|(_, id)| id));
        Ok(new)
    }
}

/// The conversation_id of a request in lower case, if it is a UUID. If the body is not a JSON object that all readers
/// agree on, the text is searched for it.
pub(crate) fn conversation_id(body: &[u8], document: Option<&Value>) -> Option<String> {
    const MEMBER: &str = "\"conversation_id\":\"";
    let text = String::from_utf8_lossy(body);
    let written = match document {
        Some(document) => document.get("conversation_id")?.as_str()?,
        None => {
            let (_, rest) = text.split_once(MEMBER)?;
            rest.split_once('"')?.0
        }
    };
    Some(uuid::Uuid::try_parse(written).ok()?.hyphenated().to_string())
}

/// The conversation_id that derives from a request's other members; `None` if none does.
pub(crate) fn derived_id(
    derivations: &Derivations,
    derived: DerivedId,
    altered: Option<&Alteration>,
    caller: &str,
    document: &Value,
) -> Option<String> {
    let near_miss = match altered {
        Some(Alteration::NearMiss(name)) => Some(name.as_str()),
        _ => None,
    };
    let id = match derived {
        DerivedId::Unique => {
            unique_id(derivations, near_miss, caller, &user_ids(document)?.into_iter().next()?).ok()?
        }
        DerivedId::Group => group_id(derivations, near_miss, caller, document)?.ok()?,
        DerivedId::Any | DerivedId::AsIs => return None,
    };
    Some(match altered {
        Some(Alteration::Version(digit)) => with_digit(&id, 14, digit),
        Some(Alteration::Variant(digit)) => with_digit(&id, 19, digit),
        _ => id,
    })
}

fn group_id(
    derivations: &Derivations,
    near_miss: Option<&str>,
    caller: &str,
    document: &Value,
) -> Option<Result<String, DeriveError>> {
    let name = match document.get("name") {
        None | Some(Value::Null) => "",
        Some(name) => name.as_str()?,
    };
    let random = document.get("random_id")?.as_str()?;
    Some(super::group_id(derivations, near_miss, caller, name, &user_ids(document)?, random))
}

/// The participants' ids in lower case; `None` where one has none.
fn user_ids(document: &Value) -> Option<Vec<String>> {
    let participants = document.get("participants")?.as_array()?;
    participants.iter().map(|one| Some(one.get("user_id")?.as_str()?.to_ascii_lowercase())).collect()
}

fn with_digit(id: &str, at: usize, digit: &str) -> String {
    format!("{}{digit}{}", &id[..at], &id[at + 1..])
}

/// An id with the version and variant digits of another.
fn with_stamps_of(old: &str, id: &str) -> String {
    with_digit(&with_digit(id, 14, &old[14..15]), 19, &old[19..20])
}
