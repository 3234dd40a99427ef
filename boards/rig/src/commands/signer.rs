//! Running modules in an image that takes only what a key has signed.

use super::{keygen, sign};
use crate::board::Board;
use crate::firmware::{self, Guests};
use crate::setup;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use vellum_prepare::Options;
use vellum_sign::PrivateKey;

/// A key that signs modules, and has its public half in an image that believes them.
pub(super) struct Signer {
    key: PrivateKey,
    public: PathBuf,
}

impl Signer {
    /// One whose key lies where cargo builds, as `keygen` makes it.
    pub(super) fn of(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.target_dir.join("rig");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let private = folder.join("key.pem");
        let public = keygen::public_of(&private);
        if !private.exists() || !public.exists() {
            keygen::make(&private, true)?;
        }
        Ok(Self { key: sign::read_key(&private)?, public })
    }

    /// The module, as `sign` writes it.
    pub(super) fn sign(&self, binary: &[u8], options: Options) -> Result<Vec<u8>> {
        sign::signed(binary, &options.marked(true), 1, &self.key)
    }

    /// Builds the image that takes nothing else.
    pub(super) fn firmware(&self, workspace: &Workspace, board: &Board) -> Result<PathBuf> {
        setup::for_running(board)?;
        let environment = [("VELLUM_KEY", self.public.as_os_str())];
        firmware::build_with(workspace, board, Guests::Signed, &[], &environment)
    }
}
