//! The route to a server: what stands between it and us, whom we trust there, what we show, and what goes with every
//! request.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use reqwest::header::{HeaderMap, PROXY_AUTHORIZATION};
use reqwest::{ClientBuilder, Proxy, Url};
use rustls::ClientConfig;

use crate::http::limits::{ClientError, Limits};
use crate::http::transport::chain;
use crate::http::trust::{self, ClientIdentity};

/// How a server is reached, beside its URL.
#[derive(Clone, Default)]
pub struct Route {
    /// Certificate authorities to trust beside the system's, in PEM.
    pub authorities: Vec<Vec<u8>>,
    /// Whether any certificate is taken for the server's.
    pub insecure: bool,
    /// What is shown to a server that asks who connects.
    pub identity: Option<ClientIdentity>,
    /// The HTTP proxy that requests go through; without one they go to the server.
    pub proxy: Option<Url>,
    /// Where the host is that the URL names; where it has none, its name says it.
    pub addresses: Vec<IpAddr>,
    /// Header fields that every request has beside its own. Proxy-Authorization is the proxy's, if there is one.
    pub fields: HeaderMap,
}

/// It holds secrets.
impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut route = f.debug_struct("Route");
        route.field("insecure", &self.insecure).field("addresses", &self.addresses);
        route.finish_non_exhaustive()
    }
}

impl Route {
    /// Whether nothing vouches for the server at a URL: it speaks TLS, and its certificate is not verified.
    #[must_use]
    pub fn is_unverified(&self, base: &Url) -> bool {
        self.insecure && base.scheme() == "https"
    }

    /// The fields that go to the server, names in lower case.
    pub(crate) fn sent(&self) -> HeaderMap {
        let mut fields = self.fields.clone();
        if self.proxy.is_some() {
            fields.remove(PROXY_AUTHORIZATION);
        }
        fields
    }

    /// A client that takes this route to a URL.
    pub(crate) fn lead(&self, base: &Url, mut builder: ClientBuilder) -> Result<ClientBuilder, ClientError> {
        if let Some(url) = &self.proxy {
            let mut proxy = Proxy::all(url.clone()).map_err(|error| ClientError::Setup(chain(&error)))?;
            if let Some(credential) = self.fields.get(PROXY_AUTHORIZATION) {
                proxy = proxy.custom_http_auth(credential.clone());
            }
            builder = builder.proxy(proxy);
        }
        if let Some(host) = base.domain().filter(|_| !self.addresses.is_empty()) {
            // The port of the URL counts in any case.
            let addresses: Vec<_> = self.addresses.iter().map(|address| SocketAddr::new(*address, 0)).collect();
            builder = builder.resolve_to_addrs(host, &addresses);
        }
        Ok(builder)
    }

    /// The host and the port that connections to a URL are made to.
    pub(crate) fn door(&self, base: &Url) -> Option<(String, u16)> {
        let url = self.proxy.as_ref().unwrap_or(base);
        let host = match self.addresses.first() {
            // A proxy finds out itself where the host is.
            Some(address) if self.proxy.is_none() => address.to_string(),
            _ => url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned(),
        };
        Some((host, url.port_or_known_default()?))
    }

    /// The TLS that this route needs; the HTTP library's own where it will do.
    pub(crate) fn tls(&self, limits: &Limits) -> Result<Option<ClientConfig>, ClientError> {
        let mut given = Vec::new();
        for pem in &self.authorities {
            given.extend(trust::certificates(pem).map_err(ClientError::Setup)?);
        }
        if given.is_empty() && !self.insecure && self.identity.is_none() {
            return Ok(None);
        }
        trust::client(given, self.insecure, self.identity.as_ref(), limits.http2)
            .map(Some)
            .map_err(|error| ClientError::Setup(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_is_the_proxys_or_where_the_host_is_said_to_be() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let door = |route: &Route, base: &str| route.door(&url(base)).expect("a host and a port");
        let plain = Route::default();
        assert_eq!(door(&plain, "https://x.example/a"), ("x.example".to_owned(), 443));
        assert_eq!(door(&plain, "http://[::1]:80/"), ("::1".to_owned(), 80));
        let resolved = Route { addresses: vec!["127.0.0.1".parse().expect("an address")], ..Route::default() };
        assert_eq!(door(&resolved, "http://x.example:81"), ("127.0.0.1".to_owned(), 81));
        let proxied = Route { proxy: Some(url("http://proxy.example:3128")), ..resolved };
        assert_eq!(door(&proxied, "https://x.example"), ("proxy.example".to_owned(), 3128));
    }

    #[test]
    fn a_route_is_shown_without_secrets() {
        let mut fields = HeaderMap::new();
        fields.insert("x-key", "canary".parse().expect("a value"));
        assert!(!format!("{:?}", Route { fields, ..Route::default() }).contains("canary"));
    }
}
