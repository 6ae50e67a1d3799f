package dev.whyops.project;

/**
 * The right to look inside one project. Every repository method that touches a project's rows takes
 * one, and only an authenticated caller (or the replay of a journal frame that names its project)
 * yields one; an architecture test keeps the constructor to those places.
 */
public record ProjectScope(ProjectId project) {}
