use super::{Piece, decoded, html, pieces, text};
use crate::artifact::{graph, review};
use crate::plan::Plan;
use crate::plan::fixture::{HOSTILE, shop, signoff};

/// A plan whose every text tries to break out.
fn hostile() -> Plan {
    let attack = format!(
        "{HOSTILE}</code></details></summary><img src=x onerror=alert(1)> [x](javascript:1) ![i](http://evil) \u{1b}[2J http://evil"
    );
    let mut plan = shop();
    plan.name.push_str("<script>x</script>");
    plan.doc = Some(format!("{attack}\n\n<details><b onclick=x>\n\n# no heading\n\n```mermaid\nx\n```"));
    plan.facts.insert(attack.clone(), attack.clone());
    plan.signoff = Some(signoff());
    plan.source.name.clone_from(&attack);
    plan.unmoved.push(attack.clone());
    for of in &mut plan.moves {
        of.filter_text = Some(attack.clone());
        of.doc = Some(attack.clone());
    }
    for claim in &mut plan.claims {
        claim.says = format!("`{attack}` is {attack}");
    }
    for accept in &mut plan.accepts {
        accept.because.clone_from(&attack);
    }
    for invariant in &mut plan.invariants {
        invariant.name.clone_from(&attack);
        invariant.doc = Some(attack.clone());
    }
    plan
}

#[test]
fn nothing_breaks_out_of_the_page() {
    let plan = hostile();
    let page = html(&plan.name, &review(&plan), &graph::svg(&plan));
    let lower = page.to_lowercase();
    for forbidden in [
        "<script",
        "<img",
        "onerror=alert(1)>",
        "href=\"javascript",
        "<b onclick",
        "src=\"http",
        "\u{1b}",
        "\u{202e}",
    ] {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    for tag in ["details", "summary", "table", "tr", "td", "code", "b", "a", "p", "div", "svg"] {
        let open = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(open, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    assert_eq!(page.matches("<svg").count(), 1);
    assert!(page.contains("&lt;img src=x"));
    let links: Vec<&str> = page.split("href=\"").skip(1).collect();
    assert!(!links.is_empty() && links.iter().all(|link| link.starts_with('#')));
}

#[test]
fn nothing_moves_the_cursor_of_a_terminal() {
    let shown = text(&review(&hostile()));
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n') && !shown.contains('\u{202e}'));
    assert!(!shown.contains("flowchart"));
}

#[test]
fn the_answers_come_in_the_order_in_which_a_reviewer_asks() {
    for shown in [review(&shop()), text(&review(&shop()))] {
        let places: Vec<usize> = [
            "What moves",
            "What can go wrong",
            "In which order",
            "How it is proven",
            "How it is undone",
            "What the operator does",
        ]
        .iter()
        .map(|heading| shown.find(heading).unwrap_or_else(|| panic!("no {heading}")))
        .collect();
        assert!(places.is_sorted(), "{places:?}");
    }
}

#[test]
fn places_inside_of_the_page_are_there() {
    let page = html("shop", &review(&shop()), "<svg></svg>");
    for link in page.split("href=\"#").skip(1) {
        let place = link.split('"').next().unwrap_or_default();
        assert!(page.contains(&format!("id=\"{place}\"")), "{place}");
    }
}

#[test]
fn only_what_the_templates_write_is_an_element() {
    use Piece::{Tag, Text};
    assert_eq!(
        pieces("<summary><i>x</i></summary>\n<details open>"),
        [Tag("<summary>"), Text("<i>x</i>"), Tag("</summary>"), Text("\n<details open>")]
    );
    assert_eq!(decoded("&lt;a&gt; &amp;amp; &#124; & &nope; &#xx;"), "<a> &amp; | & &nope; &#xx;");
}
