//! The options for the connection to the server: certificates, proxy, addresses, and header fields of every request.

use std::path::PathBuf;

use clap::Args;

use super::LINES;
use super::value::{Resolved, resolved};

/// The route to the server.
#[derive(Debug, Args)]
#[command(next_help_heading = "Route to the server")]
pub(crate) struct RouteArgs {
    /// A file with header fields, `Name: value` one a line, to send with every request (repeatable)
    ///
    /// The values are taken for secrets, and shown nowhere; one of fewer than 8 characters stands in answers by chance, and
    /// is not looked for there. Fields may also stand in the variable MIXINSPEC_HEADERS, but never on the command line. A
    /// line that is empty or begins with `#` counts for nothing. With --proxy, Proxy-Authorization goes to the proxy alone.
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_HEADER_FILE", value_delimiter = LINES)]
    pub(crate) header_file: Vec<PathBuf>,
    /// Send the requests through this HTTP proxy, such as http://localhost:3128; variables such as HTTP_PROXY count for
    /// nothing
    #[arg(long, value_name = "URL", env = "MIXINSPEC_PROXY")]
    pub(crate) proxy: Option<String>,
    /// Take the server's host to be at this address, as curl does: localhost:8443:127.0.0.1 (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDRESS", env = "MIXINSPEC_RESOLVE", value_delimiter = LINES, value_parser = resolved, conflicts_with = "proxy")]
    pub(crate) resolve: Vec<Resolved>,
    /// A file with certificates (PEM) to trust beside the system's: authorities, or the server's own (repeatable)
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_CACERT", value_delimiter = LINES)]
    pub(crate) cacert: Vec<PathBuf>,
    /// Take any certificate for the server's: whoever takes its place is judged, and gets the tokens
    #[arg(long, env = "MIXINSPEC_INSECURE", conflicts_with = "cacert")]
    pub(crate) insecure: bool,
    /// A file with the certificate (PEM) to show to the server, and those of its issuers
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_CLIENT_CERT", requires = "client_key")]
    pub(crate) client_cert: Option<PathBuf>,
    /// A file with that certificate's key (PEM)
    #[arg(long, value_name = "FILE", env = "MIXINSPEC_CLIENT_KEY", requires = "client_cert")]
    pub(crate) client_key: Option<PathBuf>,
    /// Speak HTTP/2 from the first byte, without asking; over TLS it is spoken anyway where the server agrees to
    #[arg(long, env = "MIXINSPEC_HTTP2")]
    pub(crate) http2: bool,
    /// Wait this long for the server to accept connections, such as 30s
    #[arg(long, value_name = "TIME", env = "MIXINSPEC_WAIT", value_parser = super::value::duration)]
    pub(crate) wait: Option<std::time::Duration>,
}

impl RouteArgs {
    /// The files that these options name, each with its option.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'static str, &std::path::Path)> {
        let several = [("--header-file", &self.header_file), ("--cacert", &self.cacert)];
        let one = [("--client-cert", &self.client_cert), ("--client-key", &self.client_key)];
        let several = several.into_iter().flat_map(|(option, files)| files.iter().map(move |file| (option, file)));
        let one = one.into_iter().flat_map(|(option, file)| file.iter().map(move |file| (option, file)));
        several.chain(one).map(|(option, file)| (option, file.as_path()))
    }

    /// The first option that is given.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        let others = [
            ("--proxy", self.proxy.is_some()),
            ("--resolve", !self.resolve.is_empty()),
            ("--insecure", self.insecure),
            ("--wait", self.wait.is_some()),
        ];
        let others = others.into_iter().filter(|(_, given)| *given).map(|(option, _)| option);
        self.files().map(|(option, _)| option).chain(others).next()
    }
}
