//! The guises (encodings) in which a careless server or proxy may return a secret, for the tests of everything that
//! shows answers.

/// A way to write a text, and its name.
pub(crate) type Guise = (&'static str, fn(&str) -> String);

/// The number of characters that give a secret away.
pub(crate) const WINDOW: usize = 8;

/// Writes each character separately.
fn each(text: &str, write: impl Fn(char) -> String) -> String {
    text.chars().map(write).collect()
}

/// Writes only punctuation in another way.
fn signs(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { write(b) }).collect()
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn unicode(text: &str) -> String {
    each(text, |c| format!("\\u{:04x}", u32::from(c)))
}

fn percent(text: &str) -> String {
    each(text, |c| format!("%{:02X}", u32::from(c)))
}

fn hexadecimal(text: &str) -> String {
    each(text, |c| format!("{:02x}", u32::from(c)))
}

fn named(byte: u8) -> String {
    let name = match byte {
        b'"' => "quot",
        b'+' => "plus",
        b'/' => "sol",
        b'=' => "equals",
        b'_' => "lowbar",
        b'-' => "hyphen",
        b'.' => "period",
        b'%' => "percnt",
        other => return format!("&#{other};"),
    };
    format!("&{name};")
}

/// Base64 with padding (RFC 4648, section 4), implemented here so that the tests do not share code with what they test.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = char::from(DIGITS[number >> (18 - 6 * at) & 63]);
            text.push(if at <= three.len() { digit } else { '=' });
        }
    }
    text
}

fn for_urls(text: &str) -> String {
    base64(text.as_bytes()).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

fn wrapped(text: &str, end: &str) -> String {
    let lines: Vec<String> = text.as_bytes().chunks(7).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    lines.join(end)
}

/// Every way to write every character, or every few.
pub(crate) const GUISES: [Guise; 46] = [
    ("as it is", str::to_owned),
    ("in lower case", str::to_ascii_lowercase),
    ("in upper case", str::to_ascii_uppercase),
    ("in JSON", quoted),
    ("in JSON in JSON", |text| quoted(&quoted(text))),
    ("in JSON with escaped slashes", |text| quoted(text).replace('/', "\\/")),
    ("signs as \\u002B", |text| signs(text, |byte| format!("\\u{byte:04X}"))),
    ("signs as \\u002b", |text| signs(text, |byte| format!("\\u{byte:04x}"))),
    ("all as \\u0061", unicode),
    ("all as \\u004A", |text| each(text, |c| format!("\\u{:04X}", u32::from(c)))),
    ("all as \\u0061, in JSON", |text| quoted(&unicode(text))),
    ("all as \\u{61}", |text| each(text, |c| format!("\\u{{{:x}}}", u32::from(c)))),
    ("all as \\x61", |text| each(text, |c| format!("\\x{:02x}", u32::from(c)))),
    ("all as \\141", |text| each(text, |c| format!("\\{:03o}", u32::from(c)))),
    ("signs as %2B", |text| signs(text, |byte| format!("%{byte:02X}"))),
    ("signs as %2b", |text| signs(text, |byte| format!("%{byte:02x}"))),
    ("all as %61", percent),
    ("all as %2561", |text| percent(text).replace('%', "%25")),
    ("all as %61 in \\u0025", |text| percent(text).replace('%', "\\u0025")),
    ("all as &#97;", |text| each(text, |c| format!("&#{};", u32::from(c)))),
    ("all as &#x61;", |text| each(text, |c| format!("&#x{:x};", u32::from(c)))),
    ("all as &#X4A;", |text| each(text, |c| format!("&#X{:X};", u32::from(c)))),
    ("all as &amp;#97;", |text| each(text, |c| format!("&amp;#{};", u32::from(c)))),
    ("signs as &plus;", |text| signs(text, named)),
    ("with spaces", |text| each(text, |c| format!("{c} "))),
    ("with no-break spaces", |text| each(text, |c| format!("{c}\u{a0}"))),
    ("with characters of no width", |text| each(text, |c| format!("{c}\u{200b}"))),
    ("with &zwnj;", |text| each(text, |c| format!("{c}&zwnj;"))),
    ("with dots", |text| each(text, |c| format!("{c}."))),
    ("as a list", |text| each(text, |c| format!("\"{}\", ", quoted(&c.to_string())))),
    ("in lines", |text| wrapped(text, "\n")),
    ("in lines in JSON", |text| wrapped(&quoted(text), "\\n")),
    ("in lines of a header field", |text| wrapped(text, "\r\n ")),
    ("in lines of HTML", |text| wrapped(text, "<br/>\n").replace("<br/>", "")),
    ("in base64", |text| base64(text.as_bytes())),
    ("in base64 after one byte", |text| base64(format!("\"{text}").as_bytes())),
    ("in base64 after two bytes", |text| base64(format!("t={text}").as_bytes())),
    ("in base64 for URLs", for_urls),
    ("in base64 for URLs in the middle", |text| for_urls(&format!("Bearer {text} and more"))),
    ("in base64, in lines", |text| wrapped(&base64(text.as_bytes()), "\r\n")),
    ("in base64, in JSON", |text| base64(text.as_bytes()).replace('/', "\\/").replace('+', "\\u002b")),
    ("in base64, in lines in JSON", |text| wrapped(&base64(text.as_bytes()), "\\n")),
    ("in hexadecimal", hexadecimal),
    ("in upper hexadecimal", |text| hexadecimal(text).to_uppercase()),
    ("in hexadecimal with colons", |text| each(text, |c| format!("{:02x}:", u32::from(c)))),
    ("backwards", backwards),
];

/// The text around a secret, which may be anywhere in an answer.
pub(crate) const FRAMES: [fn(&str) -> String; 4] = [
    |text| text.to_owned(),
    |text| format!("{{\"error\":{{\"description\":\"bad token {text}!\"}}}}"),
    |text| format!("<a href='/?token={text}&next=1'>Bearer {text}, {text}</a>"),
    |text| format!("…{text}…"),
];

/// Parts of a secret: all of it, its beginning, its end, and its middle.
pub(crate) fn parts(secret: &str) -> Vec<&str> {
    let (length, third) = (secret.len(), secret.len() / 3);
    vec![
        secret,
        &secret[..length - 5],
        &secret[..WINDOW + 2],
        &secret[length - WINDOW - 2..],
        &secret[third..2 * third + 2],
    ]
}

/// The texts that give a secret away in this guise: the encodings of its windows.
pub(crate) fn tellers(secret: &str, (_, write): Guise) -> Vec<String> {
    let whole = write(secret);
    let windows = (0..=secret.len() - WINDOW).map(|at| write(&secret[at..at + WINDOW]));
    let windows: Vec<String> = windows.map(|text| text.trim_end_matches(['\n', ' ']).to_owned()).collect();
    if windows.iter().all(|text| whole.contains(text)) {
        return windows;
    }
    // If the encoding depends on the preceding text: windows of the encoded secret, as long as a window and its
    // neighbours become.
    let characters: Vec<char> = whole.chars().collect();
    let each = (whole.chars().count() * (WINDOW + 3)).div_ceil(secret.len());
    characters.windows(each).map(|window| window.iter().collect()).collect()
}
