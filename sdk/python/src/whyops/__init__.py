"""WhyOps for Python: why did the agent do that?

Reading order: :mod:`whyops._client` (``WhyOps``), :mod:`whyops._proxy` (provider clients),
:mod:`whyops._trace` (runtime events), :mod:`whyops._sender` (how they leave the process).
"""

from ._agent import AgentInfo
from ._client import WhyOps
from ._sender import Stats
from ._tools import ToolCall
from ._trace import Trace

__all__ = ["AgentInfo", "Stats", "ToolCall", "Trace", "WhyOps"]
__version__ = "0.1.0"
