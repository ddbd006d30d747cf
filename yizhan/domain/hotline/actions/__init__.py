"""Writes of the hotline: one function per verb. Each locks its row and may raise Refused."""

from yizhan.domain.hotline.actions.intake import intake
from yizhan.domain.hotline.shapes import Heard, Incoming, ReplyDraft

__all__ = ["Heard", "Incoming", "ReplyDraft", "intake"]
