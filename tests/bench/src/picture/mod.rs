// SPDX-License-Identifier: MIT OR Apache-2.0

//! The report as a picture: what it says, in bars.

mod panel;
mod panels;

use svg::node::element::{Group, Style};
use svg::node::Node;
use svg::Document;

use crate::history::History;
use crate::report::Report;

/// How wide the picture is, in its own units.
const WIDTH: f64 = 760.0;

/// Between panels.
const GAP: f64 = 18.0;

/// The reader's own colours, light or dark; ours are legible on both.
const STYLE: &str = "\
svg { color: #1f2328; font: 13px system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { svg { color: #e6edf3; } }
text { fill: currentColor; }
.title { font-weight: 600; font-size: 15px; }
.small { font-size: 12px; opacity: .75; }
.end { text-anchor: end; }
.ours { fill: #2f81f7; }
.other { fill: #9a6700; }
.step { fill: #57a773; }
.last { fill: #8250df; }
.over { fill: #d1242f; }
.limit { stroke: currentColor; stroke-dasharray: 3 3; }
.line { fill: none; stroke: #2f81f7; stroke-width: 2; }";

/// Draws it. The same report and history give the same bytes.
pub fn draw(report: &Report, history: &History) -> String {
    let mut height = GAP;
    let mut drawing: Vec<Group> = Vec::new();
    for panel in panels::of(report, history) {
        drawing.push(panel.draw(height));
        height += panel.height() + GAP;
    }
    let mut document = Document::new()
        .set("viewBox", (0, 0, WIDTH, height))
        .set("role", "img")
        .set("aria-label", "The figures of the benchmark, in bars.")
        .add(svg::node::Comment::new("SPDX-License-Identifier: MIT OR Apache-2.0"))
        .add(Style::new(STYLE));
    for panel in drawing {
        document.append(panel);
    }
    format!("{document}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;
    use svg::parser::Event;

    #[test]
    fn it_is_well_formed_small_and_the_same_again() {
        let text = draw(&report(), &History::empty());
        assert_eq!(text, draw(&report(), &History::empty()));
        assert!(text.len() < 32 << 10, "{} bytes", text.len());
        let mut depth = 0;
        for event in svg::read(&text).expect("is read") {
            match event {
                Event::Tag(_, svg::node::element::tag::Type::Start, _) => depth += 1,
                Event::Tag(_, svg::node::element::tag::Type::End, _) => depth -= 1,
                Event::Error(error) => panic!("{error}"),
                _ => {}
            }
        }
        assert_eq!(depth, 0, "what is opened is closed");
    }

    #[test]
    fn everything_is_inside() {
        let text = draw(&report(), &History::empty());
        let mut bottom = f64::NAN;
        for event in svg::read(&text).expect("is read") {
            let Event::Tag(name, _, attributes) = event else { continue };
            let number = |attribute: &str| attributes.get(attribute).and_then(|value| value.parse::<f64>().ok());
            if let Some(view) = attributes.get("viewBox") {
                bottom = view.rsplit(' ').next().expect("has four").parse().expect("is a number");
            }
            if let (Some(x), Some(y)) = (number("x"), number("y")) {
                let (width, height) = (number("width").unwrap_or(0.0), number("height").unwrap_or(0.0));
                assert!(x >= 0.0 && x + width <= WIDTH && y >= 0.0 && y + height <= bottom, "{name} {attributes:?}");
            }
        }
        assert!(bottom > 0.0);
    }
}
