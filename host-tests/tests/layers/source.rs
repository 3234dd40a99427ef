//! The source of a crate: its files, and the paths in them that lead to other files.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A path in a file, from the root of the crate on: of what is imported or named in place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// The files of a crate by their modules, as `world::session`; that of the root is empty.
pub(crate) struct Source {
    pub(crate) files: BTreeMap<String, Vec<Mention>>,
}

impl Source {
    /// Reads the crate whose root is `lib.rs` in this folder.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut paths = Vec::new();
        collect(folder, &mut paths);
        let texts: Vec<_> = paths
            .iter()
            .map(|path| (module(folder, path), fs::read_to_string(path).expect("a readable file")))
            .collect();
        Self::of(&texts)
    }

    /// Takes the texts of the files of these modules. Modules of tests are left out.
    pub(crate) fn of(texts: &[(String, String)]) -> Self {
        let texts =
            texts.iter().filter(|(module, _)| !module.split("::").any(|name| name == TESTS));
        let modules: Vec<_> = texts.clone().map(|(module, _)| module.clone()).collect();
        let read = |(module, text): &(String, String)| {
            let tokens = text.parse().unwrap_or_else(|error| panic!("{module}: {error}"));
            let mut reader = Reader { modules: &modules, mentions: Vec::new() };
            reader.tokens(tokens, &segments(module));
            (module.clone(), reader.mentions)
        };
        Self { files: texts.map(read).collect() }
    }

    /// The file in which a path of the crate ends: that of the longest module on it.
    pub(crate) fn file_of(&self, path: &[String]) -> &str {
        let modules = (0..=path.len()).rev().map(|length| path[..length].join("::"));
        let found = modules.filter_map(|module| self.files.get_key_value(&module)).next();
        found.map_or("", |(module, _)| module)
    }
}

/// The name of modules that hold tests.
const TESTS: &str = "tests";

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The module of a file.
fn module(folder: &Path, path: &Path) -> String {
    let path = path.strip_prefix(folder).expect("a file of the folder").with_extension("");
    let mut names: Vec<_> = path.iter().map(|name| name.to_str().expect("a plain name")).collect();
    if names.last().is_some_and(|name| matches!(*name, "mod" | "lib")) {
        names.pop();
    }
    names.join("::")
}

fn segments(module: &str) -> Vec<String> {
    module.split("::").filter(|name| !name.is_empty()).map(String::from).collect()
}

struct Reader<'a> {
    modules: &'a [String],
    mentions: Vec<Mention>,
}

impl Reader<'_> {
    /// Reads tokens of a module, those of inline modules and of macros included.
    fn tokens(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.tokens(group.stream(), module),
                TokenTree::Ident(word) if word == "mod" => {
                    if let Some((name, body)) = inline_module(&tokens[at..]) {
                        if name != TESTS {
                            self.tokens(body, &[module, &[name]].concat());
                        }
                        at += 2;
                    }
                }
                TokenTree::Ident(_) if !is_inside_path(&tokens, at) => {
                    at = self.path(&tokens, at, module, Vec::new());
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Reads a path or a tree of paths that goes on at this token, and gives the first token behind it.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        module: &[String],
        mut path: Vec<String>,
    ) -> usize {
        let mut line = 0;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(word)) => {
                    line = word.span().start().line;
                    path.push(word.to_string());
                    at += 1;
                }
                Some(TokenTree::Group(tree)) if tree.delimiter() == Delimiter::Brace => {
                    for branch in branches(tree.stream()) {
                        self.path(&branch, 0, module, path.clone());
                    }
                    return at + 1;
                }
                _ => break,
            }
            if !is_separator(tokens, at) {
                break;
            }
            at += 2;
        }
        if let Some(path) = self.absolute(&path, module) {
            self.mentions.push(Mention { line, path });
        }
        at
    }

    /// The path from the root of the crate on, if it is one of the crate and not a single word.
    fn absolute(&self, path: &[String], module: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first().filter(|(_, rest)| !rest.is_empty())?;
        let mut base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module.split_last()?.1.to_vec(),
            name => {
                let child = [module, &[name.to_string()]].concat();
                if !self.modules.contains(&child.join("::")) {
                    return None;
                }
                child
            }
        };
        for name in rest {
            match name.as_str() {
                "super" => drop(base.pop()),
                "self" => {}
                _ => base.push(name.clone()),
            }
        }
        Some(base)
    }
}

/// The name and the contents of an inline module that begins here.
fn inline_module(tokens: &[TokenTree]) -> Option<(String, TokenStream)> {
    match tokens {
        [_, TokenTree::Ident(name), TokenTree::Group(body), ..]
            if body.delimiter() == Delimiter::Brace =>
        {
            Some((name.to_string(), body.stream()))
        }
        _ => None,
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':')
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is_colon(tokens.get(at)) && is_colon(tokens.get(at + 1))
}

/// Whether the word at this place goes on with a path that began before it, or is a field or a lifetime.
fn is_inside_path(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|index| tokens.get(index));
    let is_mark =
        |mark: char| matches!(before(1), Some(TokenTree::Punct(found)) if found.as_char() == mark);
    (is_colon(before(1)) && is_colon(before(2))) || is_mark('.') || is_mark('\'')
}

/// The branches of a tree of imports.
fn branches(tree: TokenStream) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<_> = tree.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(mark) if mark.as_char() == ',');
    tokens.split(is_comma).map(<[_]>::to_vec).filter(|branch| !branch.is_empty()).collect()
}
