//! The route to a server: its proxy, the certificates that we trust, our own certificate, and the header fields that go
//! with every request.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use reqwest::header::{HeaderMap, PROXY_AUTHORIZATION};
use reqwest::{ClientBuilder, Proxy, Url};
use rustls::ClientConfig;

use crate::http::limits::{ClientError, Limits};
use crate::http::transport::chain;
use crate::http::trust::{self, ClientIdentity};

/// How a server is reached, apart from its URL.
#[derive(Clone, Default)]
pub struct Route {
    /// Certificate authorities to trust beside the system's, in PEM.
    pub authorities: Vec<Vec<u8>>,
    /// Whether any certificate is taken for the server's.
    pub insecure: bool,
    /// The certificate that the client shows when a server asks for one.
    pub identity: Option<ClientIdentity>,
    /// The HTTP proxy that requests go through; without one they go to the server.
    pub proxy: Option<Url>,
    /// The addresses of the URL's host; where there are none, the host name is resolved.
    pub addresses: Vec<IpAddr>,
    /// Header fields that every request has in addition to its own. Proxy-Authorization goes to the proxy, if there is
    /// one.
    pub fields: HeaderMap,
}

/// Hides secrets.
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

    /// Configures a client to reach a URL by this route.
    pub(crate) fn lead(&self, base: &Url, mut builder: ClientBuilder) -> Result<ClientBuilder, ClientError> {
        if let Some(url) = &self.proxy {
            let mut proxy = Proxy::all(url.clone()).map_err(|error| ClientError::Setup(chain(&error)))?;
            if let Some(credential) = self.fields.get(PROXY_AUTHORIZATION) {
                proxy = proxy.custom_http_auth(credential.clone());
            }
            builder = builder.proxy(proxy);
        }
        if let Some(host) = base.domain().filter(|_| !self.addresses.is_empty()) {
            // Port 0 means the port of the URL.
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

    /// The TLS configuration that this route needs; `None` where the HTTP library's default will do.
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
