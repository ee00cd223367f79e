// SPDX-License-Identifier: MIT OR Apache-2.0

//! A heading and rows below it, each a name, a bar or a line, and what it says in figures.

use svg::node::element::{Circle, Group, Line, Polyline, Rectangle, Text};
use svg::node::Node;

use super::WIDTH;

const HEADING: f64 = 26.0;
const ROW: f64 = 22.0;
const BAR: f64 = 14.0;
/// Where bars begin and how long the longest is; what is right of that is for figures.
const LEFT: f64 = 240.0;
const LONGEST: f64 = 304.0;

/// Rows that are drawn to one scale.
pub struct Panel {
    /// What it is about.
    pub title: String,
    /// What the figures are.
    pub note: String,
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// A value to draw a line at.
    pub limit: Option<f64>,
}

/// One thing that was measured.
pub struct Row {
    /// Its name.
    pub name: String,
    /// What is drawn.
    pub mark: Mark,
    /// What that is in figures.
    pub figures: String,
}

/// How a row is drawn.
pub enum Mark {
    /// Parts one after the other: how long, and by which class of the style sheet.
    Bar(Vec<(f64, &'static str)>),
    /// Values from left to right; the most of them is as high as a bar.
    Curve(Vec<f64>),
}

impl Row {
    /// A bar of one part.
    pub fn bar(name: impl Into<String>, value: f64, class: &'static str, figures: String) -> Self {
        Self { name: name.into(), mark: Mark::Bar(vec![(value, class)]), figures }
    }

    fn length(&self) -> f64 {
        match &self.mark {
            Mark::Bar(parts) => parts.iter().map(|(value, _)| value).sum(),
            Mark::Curve(_) => 0.0,
        }
    }
}

impl Panel {
    /// How high it is.
    pub fn height(&self) -> f64 {
        HEADING + ROW * self.rows.len() as f64
    }

    /// Draws it, its upper edge at `top`.
    pub fn draw(&self, top: f64) -> Group {
        let title = text(&self.title, 10.0, top + 14.0, "title");
        let note = text(&self.note, WIDTH - 10.0, top + 14.0, "small end");
        let mut group = Group::new().add(title).add(note);
        let scale = self.scale();
        for (number, row) in self.rows.iter().enumerate() {
            let y = top + HEADING + ROW * number as f64;
            group.append(text(&row.name, LEFT - 10.0, y + 12.0, "end"));
            group.append(text(&row.figures, LEFT + LONGEST + 10.0, y + 12.0, "small"));
            match &row.mark {
                Mark::Bar(parts) => bar(&mut group, parts, y, scale),
                Mark::Curve(values) => curve(&mut group, values, y),
            }
        }
        if let Some(limit) = self.limit {
            let x = rounded(LEFT + limit * scale);
            let (from, to) = (top + HEADING - 4.0, top + self.height());
            group.append(Line::new().set("x1", x).set("x2", x).set("y1", from).set("y2", to).set("class", "limit"));
        }
        group
    }

    /// Units of the picture for one of the values.
    fn scale(&self) -> f64 {
        let longest = self.rows.iter().map(Row::length).chain(self.limit).fold(0.0, f64::max);
        if longest > 0.0 {
            LONGEST / longest
        } else {
            0.0
        }
    }
}

fn bar(group: &mut Group, parts: &[(f64, &'static str)], y: f64, scale: f64) {
    let mut x = LEFT;
    for &(value, class) in parts {
        let width = value.max(0.0) * scale;
        let rectangle = Rectangle::new().set("x", rounded(x)).set("y", y).set("width", rounded(width));
        group.append(rectangle.set("height", BAR).set("class", class));
        x += width;
    }
}

fn curve(group: &mut Group, values: &[f64], y: f64) {
    let points = points(values, y);
    if let Some((x, y)) = points.last() {
        group.append(Circle::new().set("cx", *x).set("cy", *y).set("r", 3).set("class", "ours"));
    }
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    group.append(Polyline::new().set("points", points.join(" ")).set("class", "line"));
}

/// From nothing on, so that a small change looks small.
fn points(values: &[f64], y: f64) -> Vec<(f64, f64)> {
    let most = values.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let step = LONGEST / (values.len().max(2) - 1) as f64;
    let point = |(at, &value)| (rounded(LEFT + step * at as f64), rounded(y + BAR * (1.0 - value / most)));
    values.iter().enumerate().map(point).collect()
}

fn text(content: &str, x: f64, y: f64, class: &str) -> Text {
    Text::new(content).set("x", x).set("y", y).set("class", class)
}

/// A tenth of a unit is finer than anybody sees.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(rows: Vec<Row>, limit: Option<f64>) -> Panel {
        Panel { title: "title".to_owned(), note: "note".to_owned(), rows, limit }
    }

    #[test]
    fn the_longest_bar_fills_the_space() {
        let rows = vec![Row::bar("a", 1.0, "ours", String::new()), Row::bar("b", 4.0, "other", String::new())];
        let panel = panel(rows, None);
        assert_eq!(panel.scale(), LONGEST / 4.0);
        let text = panel.draw(0.0).to_string();
        assert!(text.contains(&format!("width=\"{}\"", LONGEST)), "{text}");
        assert!(text.contains(&format!("width=\"{}\"", LONGEST / 4.0)), "{text}");
        assert_eq!(panel.height(), HEADING + 2.0 * ROW);
    }

    #[test]
    fn parts_follow_each_other() {
        let parts = Mark::Bar(vec![(1.0, "step"), (3.0, "ours")]);
        let text =
            panel(vec![Row { name: "a".to_owned(), mark: parts, figures: String::new() }], None).draw(0.0).to_string();
        assert!(text.contains(&format!("x=\"{LEFT}\"")), "{text}");
        assert!(text.contains(&format!("x=\"{}\"", LEFT + LONGEST / 4.0)), "{text}");
    }

    #[test]
    fn a_limit_that_nothing_reaches_is_still_inside() {
        let panel = panel(vec![Row::bar("a", 1.0, "ours", String::new())], Some(2.0));
        assert!(panel.draw(0.0).to_string().contains(&format!("x1=\"{}\"", LEFT + LONGEST)));
    }

    #[test]
    fn a_curve_stands_on_nothing_and_its_most_is_as_high_as_a_bar() {
        let points = points(&[2.0, 1.0, 4.0], 10.0);
        assert_eq!(points[0], (LEFT, 10.0 + BAR / 2.0));
        assert_eq!(points[1].1, 10.0 + BAR * 0.75);
        assert_eq!(points[2], (LEFT + LONGEST, 10.0));
        assert_eq!(super::points(&[5.0], 0.0), [(LEFT, 0.0)]);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        assert_eq!(panel(vec![Row::bar("a", 0.0, "ours", String::new())], None).scale(), 0.0);
        assert!(points(&[], 0.0).is_empty());
    }
}
