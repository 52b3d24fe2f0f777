//! The HTTP client of a run: sends requests within limits of time, size, rate and number, and waits while the server
//! throttles.
//!
//! It does not follow redirects, asks for no compression, takes no proxy but the route's, and keeps the bytes.

mod waiting;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode, Url, Version};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep, timeout_at};

pub use super::limits::{ClientError, Limits};
use crate::http::authorization::Authorization;
use crate::http::body::Shelf;
use crate::http::clock::Clock;
use crate::http::coding;
use crate::http::concurrency::ConcurrencyLimit;
use crate::http::connections::{Connections, SendOutcome};
pub use crate::http::credential::Credential;
use crate::http::credential::authorization;
use crate::http::envelope::Envelope;
use crate::http::halt::Halt;
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;
use crate::http::route::Route;
use crate::http::transport::no_answer;
use crate::text::{json, redact};

/// The status that only a proxy answers with (RFC 9110, 15.5.8).
const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// Sends requests to one server.
#[derive(Debug)]
pub struct Sender {
    connections: Connections,
    base: Url,
    fields: HeaderMap,
    is_proxied: bool,
    credentials: Vec<Credential>,
    limits: Limits,
    envelope: Arc<Envelope>,
    sent: AtomicU64,
    throttled: AtomicU64,
    resent: AtomicU64,
    is_spent: AtomicBool,
    halt: Halt,
    concurrency: ConcurrencyLimit,
    shelf: Shelf,
    clock: Clock,
    speaks_old_http: AtomicBool,
    next_slot: Mutex<Instant>,
    paused_until: Mutex<Option<Instant>>,
}

impl Sender {
    /// A sender to the server at `base` by a route, for callers with these credentials.
    ///
    /// # Errors
    /// When the client cannot be set up.
    pub fn new(
        base: Url,
        credentials: Vec<Credential>,
        limits: Limits,
        route: &Route,
        envelope: Arc<Envelope>,
    ) -> Result<Self, ClientError> {
        let connections = Connections::new(&base, &limits, route)?;
        Ok(Self {
            connections,
            base,
            fields: route.sent(),
            is_proxied: route.proxy.is_some(),
            credentials,
            limits,
            envelope,
            sent: AtomicU64::new(0),
            throttled: AtomicU64::new(0),
            resent: AtomicU64::new(0),
            is_spent: AtomicBool::new(false),
            halt: Halt::new(),
            concurrency: ConcurrencyLimit::default(),
            shelf: Shelf::default(),
            clock: Clock::default(),
            speaks_old_http: AtomicBool::new(false),
            next_slot: Mutex::new(Instant::now()),
            paused_until: Mutex::new(None),
        })
    }

    /// What an answer means.
    #[must_use]
    pub fn outcome(&self, answer: &Result<Received, NoAnswer>) -> Outcome {
        self.envelope.outcome(answer)
    }

    /// The callers' credentials.
    #[must_use]
    pub fn credentials(&self) -> &[Credential] {
        &self.credentials
    }

    /// How many requests were sent.
    #[must_use]
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The number of answers that asked to wait: throttled, or 503 with Retry-After.
    #[must_use]
    pub fn throttled(&self) -> u64 {
        self.throttled.load(Ordering::Relaxed)
    }

    /// The number of requests that were sent again because the server had closed the kept-alive connection.
    #[must_use]
    pub fn resent(&self) -> u64 {
        self.resent.load(Ordering::Relaxed)
    }

    /// Makes every request fail at once, including those in flight.
    pub fn stop(&self) {
        self.halt.set(NoAnswer::Stopped);
    }

    /// Makes every request fail at once, including those in flight, because the server stopped answering.
    pub(crate) fn give_up(&self, reason: String) {
        self.halt.set(NoAnswer::GivenUp(reason));
    }

    /// The number of unanswered requests, if nearly all of them were unanswered while others were open; else 0.
    pub(crate) fn failed_among_others(&self) -> usize {
        self.concurrency.failed_among_others()
    }

    /// The server's clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether the server has answered in HTTP/1.0, which has no chunked coding: a chunked request would lose its body.
    pub(crate) fn speaks_old_http(&self) -> bool {
        self.speaks_old_http.load(Ordering::Relaxed)
    }

    /// Why no request is sent any more, if the run has ended.
    #[must_use]
    pub fn halted(&self) -> Option<NoAnswer> {
        self.halt.reason()
    }

    /// Why no new case begins, if none does: the run has ended, or a request was not sent because the limit of requests
    /// is reached.
    #[must_use]
    pub fn ended(&self) -> Option<NoAnswer> {
        let is_spent = self.is_spent.load(Ordering::Relaxed);
        self.halted().or_else(|| is_spent.then_some(NoAnswer::Budget(self.limits.requests)))
    }

    /// The number of requests in a row that timed out, or stayed throttled until patience ended.
    pub(crate) fn silent(&self) -> usize {
        self.halt.silent()
    }

    /// Whether the latest request got no answer.
    pub(crate) fn is_lost(&self) -> bool {
        self.halt.is_lost()
    }

    /// How many requests in all were not answered in time.
    pub(crate) fn unanswered(&self) -> usize {
        self.halt.unanswered()
    }

    /// Uses none of the connections again that are open now.
    pub(crate) fn renew_connections(&self) {
        self.connections.renew();
    }

    /// The URL of a path below the base.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }

    /// Sends a request and reads the answer; waits and sends again while the server is throttling, within the limit.
    pub async fn send(&self, request: &Sent) -> Result<Received, NoAnswer> {
        let answer = tokio::select! {
            biased;
            reason = self.halt.wait() => return Err(reason),
            answer = self.send_patiently(request) => answer,
        };
        self.halt.note(&answer, self.outcome(&answer) == Outcome::Throttled);
        answer
    }

    /// Counts a request against the limit, before it is sent.
    fn count(&self) -> Result<(), NoAnswer> {
        if self.sent.fetch_add(1, Ordering::Relaxed) >= self.limits.requests {
            self.sent.fetch_sub(1, Ordering::Relaxed);
            self.is_spent.store(true, Ordering::Relaxed);
            return Err(NoAnswer::Budget(self.limits.requests));
        }
        Ok(())
    }

    async fn send_once(&self, request: &Sent) -> Result<Received, NoAnswer> {
        let began = Instant::now();
        let deadline = began + self.limits.timeout;
        let built = self.build(request)?;
        let (tokens, codings) = (tokens(&built), codings(&built));
        match self.connections.send(built, deadline).await {
            SendOutcome::LeftOver(_) => {}
            // With such an answer a server closes a kept-alive connection on which it has waited for a request for too
            // long (RFC 9110, section 15.5.9).
            SendOutcome::Answer(response) if is_end_of_idle_connection(&response) => {}
            reply => return self.read(reply, &tokens, &codings, began, false).await,
        }
        self.count()?;
        self.resent.fetch_add(1, Ordering::Relaxed);
        // Sign again: a token may be valid for one request only.
        let again = self.build(request)?;
        let tokens = [tokens, self::tokens(&again)].concat();
        self.read(self.connections.send_alone(again, deadline).await, &tokens, &codings, began, true).await
    }

    /// Reads the answer to a request that was sent at `began`, to the end of its body. `codings` is the request's
    /// Accept-Encoding; `again` tells that a kept-alive connection failed before, or was closed with HTTP 408.
    async fn read(
        &self,
        reply: SendOutcome,
        tokens: &[String],
        codings: &str,
        began: Instant,
        again: bool,
    ) -> Result<Received, NoAnswer> {
        let deadline = began + self.limits.timeout;
        let late = || NoAnswer::Timeout(self.limits.timeout);
        let mut response: Response = match reply {
            SendOutcome::Answer(response) => response,
            SendOutcome::Late => return Err(late()),
            SendOutcome::Lost(reason) => return Err(NoAnswer::Broken(reason)),
            SendOutcome::LeftOver(error) | SendOutcome::Failed(error) => {
                return Err(match self.failed(&error).await {
                    NoAnswer::Broken(reason) if again => {
                        NoAnswer::Broken(format!("{reason}, and so it did on a connection of its own"))
                    }
                    other => other,
                });
            }
        };
        if response.status().is_server_error() {
            // A server that has failed may close the connection without a word.
            self.connections.renew();
        }
        if response.version() < Version::HTTP_11 {
            self.speaks_old_http.store(true, Ordering::Relaxed);
        }
        let status = response.status().as_u16();
        if self.is_proxied && status == PROXY_AUTHENTICATION_REQUIRED {
            // The proxy answered; the server never saw the request.
            return Err(NoAnswer::Connect(format!("the proxy asks for a credential (HTTP {status})")));
        }
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        if response.content_length().is_some_and(|length| length > self.limits.body as u64) {
            return Err(NoAnswer::TooLong(self.limits.body));
        }
        let mut body = self.shelf.body(response.content_length(), self.limits.body);
        loop {
            match timeout_at(deadline, response.chunk()).await.map_err(|_| late())? {
                Ok(Some(chunk)) => body.push(&chunk)?,
                Ok(None) => break,
                Err(error) => return Err(self.failed(&error).await),
            }
        }
        let took = began.elapsed();
        let body = coding::decoded(body.finish(), &headers, codings, &self.shelf, self.limits.body)?;
        let (json, faults) = json::read_bounded(&body)?;
        let texts = || std::iter::once(&body[..]).chain(headers.iter().map(|(_, value)| value.as_bytes()));
        let shows_token = tokens.iter().any(|token| texts().any(|text| redact::holds(text, token)));
        Ok(Received { status, headers, body, json, faults, shows_token, now: now(), took, came_again: again })
    }

    /// Why a request failed. A connection that ended may mean that the server is gone.
    async fn failed(&self, error: &reqwest::Error) -> NoAnswer {
        match no_answer(error, self.limits.timeout) {
            NoAnswer::Broken(reason) if self.connections.is_nobody_there().await => {
                NoAnswer::Connect(format!("nobody listens any more: {reason}"))
            }
            other => other,
        }
    }

    fn build(&self, request: &Sent) -> Result<reqwest::Request, NoAnswer> {
        let unsendable = |reason: String| NoAnswer::Unsendable(reason);
        let url = Url::parse(&self.url(&request.path)).map_err(|error| unsendable(error.to_string()))?;
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|error| unsendable(error.to_string()))?;
        let mut built = reqwest::Request::new(method, url);
        // Without this field the server may use any coding (RFC 9110, section 12.5.3).
        if !request.headers.iter().any(|(name, _)| name == ACCEPT_ENCODING.as_str()) {
            built.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        for (name, value) in &request.headers {
            let name = HeaderName::try_from(name.as_str()).map_err(|error| unsendable(error.to_string()))?;
            let value = HeaderValue::try_from(value.as_str()).map_err(|error| unsendable(error.to_string()))?;
            built.headers_mut().append(name, value);
        }
        for (name, value) in &self.fields {
            // A request's own field overrides the route's: it may be the one under test.
            if !request.headers.iter().any(|(own, _)| own == name.as_str()) {
                built.headers_mut().append(name, value.clone());
            }
        }
        let credential = self.credentials.get(request.caller).unwrap_or(&Credential::None);
        for value in authorization(credential, request, self.clock.now()).map_err(unsendable)? {
            built.headers_mut().append(AUTHORIZATION, value);
        }
        if !request.body.is_empty() || request.method == "POST" {
            request.framing.send(&request.body, &mut built);
        }
        Ok(built)
    }

    /// Waits until the server answers with anything but "not ready yet".
    ///
    /// # Errors
    /// The last failure, when the time is over.
    pub async fn wait_until_reachable(&self, patience: Duration) -> Result<(), NoAnswer> {
        let give_up = Instant::now() + patience;
        let probe = Sent { authorization: Authorization::None, ..Sent::get("/") };
        loop {
            let answer = tokio::select! {
                biased;
                reason = self.halt.wait() => return Err(reason),
                answer = self.send_once(&probe) => answer,
            };
            let not_yet = match answer {
                // What a proxy does while its server starts: it answers 502 to 504, or accepts connections and drops
                // them.
                Ok(received) if matches!(received.status, 502..=504) => NoAnswer::NotYet(received.status),
                Err(error @ (NoAnswer::Connect(_) | NoAnswer::Broken(_) | NoAnswer::Timeout(_))) => error,
                // Any other answer will do: a stray GET is not judged here.
                Ok(_) | Err(_) => return Ok(()),
            };
            if Instant::now() >= give_up {
                return Err(not_yet);
            }
            sleep(Duration::from_millis(200)).await;
        }
    }
}

/// Whether an answer may be no answer to the request, but the end of a connection that was idle for too long.
fn is_end_of_idle_connection(response: &Response) -> bool {
    let closes = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.eq_ignore_ascii_case("close"));
    response.status() == StatusCode::REQUEST_TIMEOUT && response.headers().get(CONNECTION).is_some_and(closes)
}

/// The content codings that a request accepts: the values of its Accept-Encoding fields.
fn codings(request: &reqwest::Request) -> String {
    let fields = request.headers().get_all(ACCEPT_ENCODING).iter();
    fields.filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",")
}

/// The secret parts of a request's credentials. Of a token with a signature, the signature's first 24 characters, since
/// an answer may contain only a part of it; of any other token, all of it.
fn tokens(request: &reqwest::Request) -> Vec<String> {
    let values = request.headers().get_all(AUTHORIZATION).iter().filter_map(|value| value.to_str().ok());
    let secret = |value: &str| {
        let token = value.rsplit(' ').next().unwrap_or_default();
        let secret = match token.rsplit_once('.') {
            Some((_, signature)) => signature.get(..24).unwrap_or(signature),
            None => token,
        };
        // A short text appears in an answer by chance.
        (secret.len() >= 16).then(|| secret.to_owned())
    };
    values.filter_map(secret).collect()
}

/// Our clock, in microseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
