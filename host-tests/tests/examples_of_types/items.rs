//! The public types and traits of a file, and whether their documentation has an example.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A public type or trait.
#[derive(Debug, PartialEq)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) has_example: bool,
}

/// Those of a file or of a public module in it. What macros make is not seen.
pub(crate) fn items(tokens: TokenStream) -> Vec<Item> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let (mut found, mut docs) = (Vec::new(), Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {}
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                docs.extend(line(group));
            }
            TokenTree::Ident(word) if word == "pub" => match tokens.get(at + 1..).unwrap_or(&[]) {
                [TokenTree::Ident(kind), TokenTree::Ident(name), ..]
                    if ["struct", "enum", "union", "trait"].iter().any(|known| kind == known) =>
                {
                    let (name, has_example) = (name.to_string(), has_example(&docs));
                    found.push(Item { name, has_example });
                }
                [TokenTree::Ident(kind), TokenTree::Ident(_), TokenTree::Group(body), ..]
                    if kind == "mod" =>
                {
                    found.extend(items(body.stream()));
                }
                _ => {}
            },
            _ => docs.clear(),
        }
    }
    found
}

/// The words of all `pub use` of a file: the names that it exports, among others.
pub(crate) fn exports(tokens: TokenStream) -> Vec<String> {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let is =
        |token: &TokenTree, word: &str| matches!(token, TokenTree::Ident(found) if found == word);
    let uses =
        tokens.windows(2).enumerate().filter(|(_, two)| is(&two[0], "pub") && is(&two[1], "use"));
    let is_end =
        |token: &&TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ';');
    uses.flat_map(|(at, _)| {
        words(tokens[at + 2..].iter().take_while(|token| !is_end(token)).cloned())
    })
    .collect()
}

/// The words of a tree of imports.
fn words(tokens: impl Iterator<Item = TokenTree>) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push(word.to_string()),
            TokenTree::Group(group) => found.extend(words(group.stream().into_iter())),
            _ => {}
        }
    }
    found
}

/// The line of a documentation comment, from what stands for it in brackets: `doc = "line"`.
fn line(attribute: &Group) -> Option<String> {
    let tokens: Vec<_> = attribute.stream().into_iter().collect();
    match &tokens[..] {
        [TokenTree::Ident(word), TokenTree::Punct(_), TokenTree::Literal(text)]
            if word == "doc" =>
        {
            Some(text.to_string().trim_matches('"').to_owned())
        }
        _ => None,
    }
}

/// Whether one of the blocks of code is one of Rust that is compiled.
fn has_example(docs: &[String]) -> bool {
    let fences = docs.iter().filter_map(|line| line.trim_start().strip_prefix("```"));
    fences.step_by(2).any(|kind| matches!(kind, "" | "rust" | "no_run" | "compile_fail"))
}

#[test]
fn public_types_without_an_example_are_found() {
    let text = r#"
        //! The file.
        //! ```
        //! ```
        use a::B;
        /// One without.
        pub struct A;
        /// One with.
        ///
        /// ```text
        /// x
        /// ```
        /// ```
        /// let a = A;
        /// ```
        #[derive(Debug)]
        pub enum B { C }
        /// A picture alone.
        /// ```text
        /// ```
        pub trait C {
            /// ```
            /// ```
            fn f();
        }
        pub(crate) struct D;
        struct E;
        mod private { pub struct F; }
        pub mod public { pub struct G; }
        macro_rules! h { () => { pub struct H; }; }
        /// ```
        /// ```
        pub fn i() {}
        pub struct J(u8);
    "#;
    let found = items(text.parse().expect("it is Rust"));
    let found: Vec<_> = found.iter().map(|item| (item.name.as_str(), item.has_example)).collect();
    let expected = [("A", false), ("B", true), ("C", false), ("G", false), ("J", false)];
    assert_eq!(found, expected);
}

#[test]
fn exported_names_are_found() {
    let text = "pub use a::{B, c::{D as E}}; use f::G; pub(crate) use h::I; pub use j::K;";
    let found = exports(text.parse().expect("it is Rust"));
    assert_eq!(found, ["a", "B", "c", "D", "as", "E", "j", "K"]);
}
