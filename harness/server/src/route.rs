//! Which request goes where.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Request, Response};
use axum::routing::{get, post};

use crate::answer;
use crate::auth::Auth;
use crate::body;
use crate::conversation::Conversation;
use crate::create::{Rules, create};
use crate::read::read;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::variant::Answers;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) rules: Rules,
    pub(crate) auth: Auth,
    pub(crate) store: Store,
    /// How answers differ from the usual ones.
    pub(crate) answers: Answers,
}

const CONVERSATIONS: &str = "/conversations";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(CONVERSATIONS, post(create_conversation).fallback(only_post))
        .route("/conversations/{id}", get(read_conversation).fallback(only_get))
        .fallback(no_endpoint)
        .with_state(shared)
}

type Result = std::result::Result<Arc<Conversation>, Refusal>;

async fn create_conversation(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let id = request_id(&request);
    let result: Result = async {
        let (head, body) = request.into_parts();
        let body = body::take(&head.headers, body).await?;
        let caller = shared.auth.caller(&head, &body)?;
        create(&shared.rules, &shared.store, caller, &body)
    }
    .await;
    answered(&shared, id, result)
}

async fn read_conversation(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    let id = request_id(&request);
    let result: Result = async {
        let (head, body) = request.into_parts();
        let body = body::take(&head.headers, body).await?;
        let caller = shared.auth.caller(&head, &body)?;
        // As it is written, for no UUID needs percent-encoding.
        let path = head.uri.path().strip_prefix(CONVERSATIONS).and_then(|rest| rest.strip_prefix('/'));
        read(&shared.rules.policy, &shared.store, caller, path.unwrap_or_default())
    }
    .await;
    answered(&shared, id, result)
}

async fn only_post(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoMethod("POST")).await
}

async fn only_get(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoMethod("GET, HEAD")).await
}

async fn no_endpoint(State(shared): State<Arc<Shared>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoEndpoint).await
}

/// The body is taken all the same: whoever is still sending it could not read the refusal.
async fn nothing_here(shared: &Shared, request: Request<Body>, refusal: Refusal) -> Response<Body> {
    let id = request_id(&request);
    let (head, body) = request.into_parts();
    let _ignored = body::take(&head.headers, body).await;
    answered(shared, id, Err(refusal))
}

fn request_id(request: &Request<Body>) -> Option<HeaderValue> {
    request.headers().get(REQUEST_ID).cloned()
}

/// The answer, with the id of its request: a client may refuse one without.
fn answered(shared: &Shared, request_id: Option<HeaderValue>, result: Result) -> Response<Body> {
    let rules = &shared.rules;
    let mut response = match result {
        Ok(conversation) => answer::accepted(rules.edition, rules.policy.utc_offset, &conversation),
        Err(refusal) => answer::refused(rules.edition, &refusal),
    };
    if let Some(id) = request_id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    shared.answers.vary(rules.edition, response).map(Body::from)
}
