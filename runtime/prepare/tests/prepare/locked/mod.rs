//! Locked memories: every access is a call of the host.

mod shape;

mod execution;
