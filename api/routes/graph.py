"""The graph as it is built: nodes, edges, and mermaid for a picture."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import TheSystem
from api.guarded import GuardedRoute

router = APIRouter(prefix="/graph", tags=["graph"], route_class=GuardedRoute)


class Edge(BaseModel):
    source: str
    target: str
    conditional: bool


class GraphPicture(BaseModel):
    nodes: list[str]
    edges: list[Edge]
    mermaid: str


@router.get("")
async def get_graph(system: TheSystem) -> GraphPicture:
    drawn = system.graph.get_graph()
    shown = [node for node in drawn.nodes if not node.startswith("__default_error")]
    return GraphPicture(
        nodes=shown,
        edges=[
            Edge(source=edge.source, target=edge.target, conditional=edge.conditional)
            for edge in drawn.edges
            if edge.source in shown and edge.target in shown
        ],
        mermaid=drawn.draw_mermaid(),
    )
