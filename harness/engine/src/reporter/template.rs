//! Renders templates. All values are escaped, since a subject may have sent them.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Serialize;

/// A template with values in it. A value that is missing is an error.
pub(super) fn render(template: &str, values: &impl Serialize) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // A template line that has nothing but a block leaves no line in the page.
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.add_template("template", template)?;
    environment.get_template("template")?.render(Serde(values))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_filled_in_is_escaped_and_what_is_missing_is_an_error() {
        let hostile = json!({"text": "<script>alert(\"x\" & 'y')</script>"});
        let filled = render("<p title=\"{{ text }}\">{{ text }}</p>", &hostile).expect("a page");
        let escaped = "&lt;script&gt;alert(&quot;x&quot; &amp; &#x27;y&#x27;)&lt;&#x2f;script&gt;";
        assert_eq!(filled, format!("<p title=\"{escaped}\">{escaped}</p>"));
        assert!(render("{{ nothing }}", &json!({})).is_err());
    }
}
