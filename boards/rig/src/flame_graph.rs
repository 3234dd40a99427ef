//! Flame graphs: a box for each function in its stack, as wide as the units that it took.

use crate::figures::thousands;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Units by stack, which is names from the outermost function on.
pub(crate) type Stacks = BTreeMap<Vec<String>, u64>;

const WIDTH: f64 = 1200.0;
const HEIGHT: usize = 18;
/// Boxes narrower than this are left out.
const NARROWEST: f64 = 0.3;
/// What a letter takes, about.
const LETTER: f64 = 7.0;

/// One box: where it begins, how wide it is, both in units, and how deep in the stack.
struct Frame<'a> {
    name: &'a str,
    start: u64,
    units: u64,
    depth: usize,
}

/// The picture, with the outermost functions below.
pub(crate) fn render(stacks: &Stacks) -> String {
    let frames = frames(stacks);
    let all = stacks.values().sum::<u64>().max(1);
    let deepest = frames.iter().map(|frame| frame.depth).max().unwrap_or(0);
    let height = (deepest + 1) * HEIGHT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" font-family=\"monospace\" font-size=\"12\">\n"
    );
    for Frame { name, start, units, depth } in frames {
        let scaled = |units: u64| units as f64 * WIDTH / all as f64;
        let (x, width, y) = (scaled(start), scaled(units), (deepest - depth) * HEIGHT);
        if width < NARROWEST {
            continue;
        }
        let letters = (width / LETTER) as usize;
        let label: String = name.chars().take(letters).collect();
        let share = units as f64 * 100.0 / all as f64;
        // Writing to a string does not fail.
        let _ = writeln!(
            svg,
            "<g><title>{}: {} units, {share:.1} %</title>\
             <rect x=\"{x:.1}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>\
             <text x=\"{:.1}\" y=\"{}\">{}</text></g>",
            escaped(name),
            thousands(units),
            HEIGHT - 1,
            colour(name),
            x + 2.0,
            y + HEIGHT - 5,
            escaped(&label),
        );
    }
    svg + "</svg>\n"
}

/// The boxes: equal stacks lie side by side, as their names are in order.
fn frames(stacks: &Stacks) -> Vec<Frame<'_>> {
    let mut frames: Vec<Frame<'_>> = Vec::new();
    // The boxes that the last stack had, from the outermost on.
    let mut open: Vec<usize> = Vec::new();
    let mut start = 0;
    for (stack, &units) in stacks {
        let same = stack.iter().zip(&open).take_while(|(name, at)| *name == frames[**at].name);
        open.truncate(same.count());
        for &at in &open {
            frames[at].units += units;
        }
        for (depth, name) in stack.iter().enumerate().skip(open.len()) {
            open.push(frames.len());
            frames.push(Frame { name, start, units, depth });
        }
        start += units;
    }
    frames
}

/// A warm colour that a name always has.
fn colour(name: &str) -> String {
    let hash =
        name.bytes().fold(7u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    format!("hsl({},80%,{}%)", hash % 50 + 10, hash / 50 % 20 + 60)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::{Stacks, frames, render};

    #[test]
    fn boxes_are_as_wide_as_their_units() {
        let stack = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let stacks = Stacks::from([
            (stack(&["a<b>"]), 100),
            (stack(&["a<b>", "x"]), 200),
            (stack(&["a<b>", "y"]), 100),
            (stack(&["c", "x"]), 400),
        ]);
        let found: Vec<_> = frames(&stacks)
            .iter()
            .map(|it| (it.name.to_owned(), it.start, it.units, it.depth))
            .collect();
        let frame = |name: &str, start, units, depth| (name.to_owned(), start, units, depth);
        let expected = [
            frame("a<b>", 0, 400, 0),
            frame("x", 100, 200, 1),
            frame("y", 300, 100, 1),
            frame("c", 400, 400, 0),
            frame("x", 400, 400, 1),
        ];
        assert_eq!(found, expected);
        let svg = render(&stacks);
        assert!(svg.contains("<title>a&lt;b&gt;: 400 units, 50.0 %</title>"), "{svg}");
        assert!(svg.contains("x=\"600.0\" y=\"18\" width=\"600.0\""), "{svg}");
        assert_eq!((svg.matches("<rect").count(), svg.matches("</g>").count()), (5, 5));
    }
}
