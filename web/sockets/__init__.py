"""web/sockets: Socket.IO for agents, supervisors and customers."""
