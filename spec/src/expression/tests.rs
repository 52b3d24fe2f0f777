use super::*;

/// The paths of an expression; a `?` marks those that are only tested for presence.
fn paths(source: &str) -> Vec<String> {
    let analysis = Analysis::of(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    analysis
        .uses
        .iter()
        .map(|used| {
            let members: String = used.path.names().map(|name| format!(".{name}")).collect();
            format!("{}{members}{}", used.path.root, if used.tested { "?" } else { "" })
        })
        .collect()
}

#[test]
fn variables_of_macros_are_followed() {
    for (source, expected) in [
        ("a.b == 'x' && c", vec!["a.b", "c"]),
        ("r.ps.all(p, p.role == '')", vec!["r.ps.*.role"]),
        ("r.ps.exists(p, p == q)", vec!["r.ps.*", "q"]),
        ("r.ps.all(p, true)", vec!["r.ps"]),
        ("r.ps.filter(p, p.role == 'O').all(p, p.id == x)", vec!["r.ps.*.role", "r.ps.*.id", "x"]),
        ("size(r.ps.filter(p, p.role == 'O')) == 1", vec!["r.ps.*.role"]),
        ("size(r.ps) == 1 && r.ps.size() == 1", vec!["r.ps", "r.ps"]),
        ("distinct(r.ps.map(p, p.id))", vec!["r.ps.*.id"]),
        ("r.ps.map(p, p.on, p.id) == []", vec!["r.ps.*.on", "r.ps.*.id"]),
        ("r.ps.map(p, p.id).all(i, i != '')", vec!["r.ps.*.id"]),
        ("[s.a, s.b].all(x, x.outcome == 'y')", vec!["s.a.outcome", "s.b.outcome"]),
        ("(c ? a : b).id", vec!["c", "a.id", "b.id"]),
        ("a['b c'].d[0].e[i]", vec!["i", "a.b c.d.*.e.*"]),
        ("has(a.b.c) && !has(a.d)", vec!["a.b.c?", "a.d?"]),
        ("a.all(x, b.all(x, x.c))", vec!["b.*.c", "a"]),
        ("{'k': a.b}.k == f(c.d)", vec!["a.b", "c.d"]),
        ("a in [b, c.d]", vec!["a", "b", "c.d"]),
    ] {
        assert_eq!(paths(source), expected, "{source}");
    }
}

#[test]
fn members_are_placed() {
    let source = "a.é['x'] == 1 || has( r.bc .bc) && r.bc.bc";
    // An identifier is ASCII in CEL; the text before it need not be.
    let source = source.replace(".é", "");
    let analysis = Analysis::of(&source).expect("CEL");
    let spans: Vec<Vec<&str>> = analysis
        .uses
        .iter()
        .map(|used| used.path.members.iter().map(|member| &source[member.span.clone()]).collect())
        .collect();
    assert_eq!(spans, [vec!["'x'"], vec!["bc", "bc"], vec!["bc", "bc"]]);
    let places: Vec<usize> = analysis.uses[1].path.members.iter().map(|member| member.span.start).collect();
    assert_eq!(places, [source.find("bc").unwrap_or(0), source.find(" .bc").unwrap_or(0) + 2]);
}

#[test]
fn calls_are_counted_and_placed() {
    let source = "f ('é', x) && a.g() && size(b) > 0";
    let calls = Analysis::of(source).expect("CEL").calls;
    let seen: Vec<_> = calls.iter().map(|call| (&source[call.span.clone()], call.on_value, call.arguments)).collect();
    assert_eq!(seen, [("f", false, 2), ("g", true, 0), ("size", false, 1)]);
    assert_eq!(
        calls[0].texts[0].as_ref().map(|(text, span)| (text.as_str(), &source[span.clone()])),
        Some(("é", "'é'"))
    );
}

#[test]
fn comparisons_with_texts_are_seen() {
    let source = "outcome == 'a' || 'b' != s.x.outcome || outcome in ['c', 'd'] || l.all(s, s.outcome == 'e')";
    let comparisons = Analysis::of(source).expect("CEL").comparisons;
    let seen: Vec<_> = comparisons
        .iter()
        .map(|c| (c.path.root.as_str(), c.path.names().last().unwrap_or(""), c.text.as_str(), &source[c.span.clone()]))
        .collect();
    assert_eq!(
        seen,
        [
            ("outcome", "", "a", "'a'"),
            ("s", "outcome", "b", "'b'"),
            ("outcome", "", "c", "'c'"),
            ("outcome", "", "d", "'d'"),
            ("l", "outcome", "e", "'e'"),
        ]
    );
}

#[test]
fn what_is_no_expression_says_where() {
    for (source, reason, at) in [
        ("a ==", "it ends too early", ""),
        ("'é' == x and y", "`and` cannot stand here", "and"),
        ("a == 1 &&\n  b c", "`c` cannot stand here", "c"),
        ("a = 'x'", "`=` is no part of an expression", "="),
        ("has(a)", "invalid argument to has() macro", "a"),
        ("", "it ends too early", ""),
    ] {
        let error = Analysis::of(source).expect_err(source);
        assert_eq!((error.reason.as_str(), &source[error.span.clone()]), (reason, at), "{source}");
    }
}
