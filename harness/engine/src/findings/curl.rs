//! Writes a request as a `curl` command that sends it again.

use super::record::{ExchangeRecord, variable_of};
use crate::text::visible::is_hidden;

impl ExchangeRecord {
    /// The request as a `curl` command line for a shell.
    #[must_use]
    pub fn curl(&self) -> String {
        self.curl_words(None).join(" ")
    }

    /// The words of that line, quoted. The body is in the line, or in `file`. A comment comes last if the command does
    /// not send exactly what was sent.
    ///
    /// A token that is bound to the request is made first, from the keystore that a variable names.
    pub(crate) fn curl_words(&self, file: Option<&str>) -> Vec<String> {
        let mut words = Vec::new();
        // No shell's variable or argument can contain the character NUL.
        let file = file.or_else(|| {
            let has_nul = self.request_body.contains('\0');
            has_nul.then(|| words.push(format!("printf {} >body.bin;", format_of_printf(&self.request_body))))?;
            Some("body.bin")
        });
        let (mut data, mut input) = (quoted(&self.request_body), None);
        if let Some(file) = file {
            (data, input) = (format!("@{file}"), Some(file));
        }
        if let Some(path) = &self.signed_path {
            if input.is_none() && !self.request_body.is_empty() {
                words.push(format!("BODY={data};"));
                data = "\"$BODY\"".to_owned();
            }
            words.push(self.token_command(path, input));
        }
        let mut curl = "curl -i".to_owned();
        if self.method != "POST" || self.request_body.is_empty() {
            curl.push_str(&format!(" -X {}", self.method));
        }
        words.push(curl);
        for (name, value) in &self.request_headers {
            if name == "authorization" && value.contains("$TOKEN") || *value == variable_of(name) {
                words.push(format!("-H \"{name}: {value}\""));
            } else {
                words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
            }
        }
        words.push(quoted(&self.url));
        if !self.request_body.is_empty() {
            words.push(format!("--data-binary {data}"));
        }
        if let Some(credential) = &self.credential {
            words.push(format!("# sent with another credential ({credential}); --replay sends it again"));
        }
        if !self.request_body_is_exact {
            words.push(
                "# the body is shown in part, or holds bytes that are no text; --replay sends it whole".to_owned(),
            );
        }
        words
    }

    /// The command that makes a token for this request and assigns it to a shell variable.
    fn token_command(&self, path: &str, input: Option<&str>) -> String {
        let variable = self.request_headers.iter().find(|(name, _)| name == "authorization");
        let variable = variable.and_then(|(_, value)| value.split_once('$')).map_or("TOKEN", |(_, name)| name);
        let keystore = variable.replace("TOKEN", "$KEYSTORE");
        let command = format!("mixinspec token {} {}", self.method, quoted(path));
        match input {
            Some(file) => format!("{variable}=$({command} {file} --keystore \"{keystore}\");"),
            None if self.request_body.is_empty() => format!("{variable}=$({command} --keystore \"{keystore}\");"),
            None => format!("{variable}=$(printf %s \"$BODY\" | {command} - --keystore \"{keystore}\");"),
        }
    }
}

/// Text quoted for a shell: in plain quotes, or in `$'…'` if a terminal would obey a character instead of showing it.
fn quoted(text: &str) -> String {
    if !text.chars().any(is_hidden) {
        return format!("'{}'", text.replace('\'', "'\\''"));
    }
    let mut quoted = String::from("$'");
    for character in text.chars() {
        match character {
            '\'' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            hidden if is_hidden(hidden) => quoted.push_str(&octal(hidden)),
            plain => quoted.push(plain),
        }
    }
    quoted.push('\'');
    quoted
}

/// A format of `printf`, in plain quotes, that prints a text.
fn format_of_printf(text: &str) -> String {
    let mut format = String::from("'");
    for character in text.chars() {
        match character {
            '\'' => format.push_str("'\\''"),
            '\\' | '%' => format.extend([character, character]),
            hidden if is_hidden(hidden) => format.push_str(&octal(hidden)),
            plain => format.push(plain),
        }
    }
    format.push('\'');
    format
}

/// The escapes of a character's bytes, of three digits, so that no digit after them is read as one more.
fn octal(character: char) -> String {
    let mut bytes = [0; 4];
    character.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_gets_the_body_to_the_letter() {
        let record = ExchangeRecord {
            method: "POST".into(),
            url: "http://127.0.0.1/conversations".into(),
            request_headers: vec![("authorization".into(), "Bearer $TOKEN".into())],
            request_body: "{\"name\":\"it's $HOME\"}".into(),
            request_body_is_exact: true,
            ..ExchangeRecord::default()
        };
        assert_eq!(
            record.curl(),
            "curl -i -H \"authorization: Bearer $TOKEN\" 'http://127.0.0.1/conversations' \
             --data-binary '{\"name\":\"it'\\''s $HOME\"}'"
        );
    }

    #[test]
    fn a_token_that_is_bound_to_the_request_is_made_first() {
        let record = ExchangeRecord {
            method: "POST".into(),
            url: "http://127.0.0.1/x/conversations".into(),
            request_headers: vec![("authorization".into(), "Bearer $TOKEN_2".into())],
            request_body: "{}".into(),
            request_body_is_exact: true,
            signed_path: Some("/conversations".into()),
            ..ExchangeRecord::default()
        };
        assert_eq!(
            record.curl(),
            "BODY='{}'; TOKEN_2=$(printf %s \"$BODY\" | mixinspec token POST '/conversations' - \
             --keystore \"$KEYSTORE_2\"); curl -i -H \"authorization: Bearer $TOKEN_2\" \
             'http://127.0.0.1/x/conversations' --data-binary \"$BODY\""
        );
        assert_eq!(
            record.curl_words(Some("body.json"))[0],
            "TOKEN_2=$(mixinspec token POST '/conversations' body.json --keystore \"$KEYSTORE_2\");"
        );
    }

    #[test]
    fn a_body_with_nul_goes_through_a_file() {
        let record = ExchangeRecord {
            method: "POST".into(),
            url: "http://127.0.0.1/conversations".into(),
            request_body: "{\0\"5 %'\\".into(),
            request_body_is_exact: true,
            ..ExchangeRecord::default()
        };
        assert_eq!(
            record.curl(),
            r#"printf '{\000"5 %%'\''\\' >body.bin; curl -i 'http://127.0.0.1/conversations' --data-binary @body.bin"#
        );
    }

    #[test]
    fn what_a_terminal_would_obey_is_written_out_for_the_shell() {
        assert_eq!(quoted("a\u{202e}'\\1\n"), r"$'a\342\200\256\'\\1\n'");
        assert_eq!(quoted("two\nlines"), "'two\nlines'");
    }
}
