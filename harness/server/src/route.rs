//! Routes requests by method and path to their handlers.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Request, Response};
use axum::routing::{get, post};
use uuid::Uuid;

use crate::answer;
use crate::auth::Auth;
use crate::body;
use crate::create::{Rules, ShownConversation, create};
use crate::fault::{SeamPass, Seams};
use crate::patience::Patience;
use crate::read::read;
use crate::refusal::Refusal;
use crate::store::Store;
use crate::used::Used;
use crate::variant::{Answers, RequestOutcome};

/// The state that all requests share.
#[derive(Debug)]
pub(crate) struct RouteState {
    pub(crate) rules: Rules,
    pub(crate) patience: Patience,
    pub(crate) auth: Auth,
    pub(crate) store: Store,
    /// The used tokens, if each is accepted only once.
    pub(crate) used: Used,
    /// How answers differ from the usual ones.
    pub(crate) answers: Answers,
    /// The places where a fault acts.
    pub(crate) seams: Seams,
}

const CONVERSATIONS: &str = "/conversations";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(crate) fn router(shared: Arc<RouteState>) -> Router {
    Router::new()
        .route(CONVERSATIONS, post(create_conversation).fallback(only_post))
        .route("/conversations/{id}", get(read_conversation).fallback(only_get))
        .fallback(no_endpoint)
        .with_state(shared)
}

type Result = std::result::Result<ShownConversation, Refusal>;

async fn create_conversation(State(shared): State<Arc<RouteState>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut turn = shared.seams.turn(&head);
    let mut who = None;
    let result: Result = async {
        let body = body::take(&head.headers, body, shared.patience.body).await?;
        turn.arrived(&body).await?;
        let caller = shared.auth.caller(&shared.rules, &shared.used, &head, &body, &turn);
        let caller = *who.insert(turn.caller(caller)?);
        create(&shared.rules, &shared.store, caller, &body, &turn)
    }
    .await;
    if let Err(refusal) = &result {
        turn.refused(&shared.store, refusal);
    }
    answered(&shared, &head.headers, result, who, &turn)
}

async fn read_conversation(State(shared): State<Arc<RouteState>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let mut turn = shared.seams.turn(&head);
    let mut who = None;
    let result: Result = async {
        let body = body::take(&head.headers, body, shared.patience.body).await?;
        turn.arrived(&body).await?;
        let caller = shared.auth.caller(&shared.rules, &shared.used, &head, &body, &turn);
        let caller = *who.insert(turn.caller(caller)?);
        // Without decoding, because no UUID needs percent-encoding.
        let path = head.uri.path().strip_prefix(CONVERSATIONS).and_then(|rest| rest.strip_prefix('/'));
        let conversation = read(&shared.rules.policy, &shared.store, caller, path.unwrap_or_default(), &turn)?;
        Ok(ShownConversation { conversation, is_new: false })
    }
    .await;
    answered(&shared, &head.headers, result, who, &turn)
}

async fn only_post(State(shared): State<Arc<RouteState>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoMethod("POST")).await
}

async fn only_get(State(shared): State<Arc<RouteState>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoMethod("GET, HEAD")).await
}

async fn no_endpoint(State(shared): State<Arc<RouteState>>, request: Request<Body>) -> Response<Body> {
    nothing_here(&shared, request, Refusal::NoEndpoint).await
}

/// Refuses a request that has no endpoint. It reads the body first: a client that is still sending could not read the
/// refusal.
async fn nothing_here(shared: &RouteState, request: Request<Body>, refusal: Refusal) -> Response<Body> {
    let (head, body) = request.into_parts();
    let turn = shared.seams.turn(&head);
    let _ignored = body::take(&head.headers, body, shared.patience.body).await;
    answered(shared, &head.headers, Err(refusal), None, &turn)
}

/// Adds the request's X-Request-Id to an answer: a client may refuse an answer without it.
fn answered(
    shared: &RouteState,
    asked: &HeaderMap,
    result: Result,
    caller: Option<Uuid>,
    turn: &SeamPass,
) -> Response<Body> {
    let rules = &shared.rules;
    let mut response = match &result {
        Ok(shown) => answer::accepted(rules.edition, turn.offset(rules.policy.utc_offset), &shown.conversation),
        Err(refusal) => answer::refused(refusal),
    };
    if let Some(id) = asked.get(REQUEST_ID) {
        response.headers_mut().insert(REQUEST_ID, id.clone());
    }
    let response = shared.answers.vary(&RequestOutcome { result: result.as_ref(), caller }, response);
    turn.answer(response, result.is_ok()).map(Body::from)
}
