from interpreters.models.credential import Credential
from interpreters.models.institution import Institution
from interpreters.models.interpreter import Interpreter, Pool, PoolMembership, SpokenLanguage
from interpreters.models.mission import Mission, MissionTally
from interpreters.models.mission_request import MissionRequest
from interpreters.models.partnership import Partnership, PartnershipTally
from interpreters.models.reference import ReferenceYear

__all__ = [
    "Credential",
    "Institution",
    "Interpreter",
    "Mission",
    "MissionRequest",
    "MissionTally",
    "Partnership",
    "PartnershipTally",
    "Pool",
    "PoolMembership",
    "ReferenceYear",
    "SpokenLanguage",
]
